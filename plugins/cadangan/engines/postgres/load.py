"""Restore an archive into an empty database: decompressed to a file and by several connections where there is room,
else as a stream and in one transaction."""

import contextlib
import io
import logging
import os
import re
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import psycopg
from psycopg.conninfo import make_conninfo

from cadangan.config.restoring import RestorePolicy
from cadangan.core.manifest import Manifest, Tool
from cadangan.core.naming import Kind
from cadangan.core.side_names import Purpose, parse_side_name
from cadangan.engines.postgres.clients import Client, client_of
from cadangan.engines.postgres.queries import session, text, translated
from cadangan.engines.postgres.roles import make_missing
from cadangan.engines.postgres.target import KEEPALIVES, Target, credentials
from cadangan.engines.restoring import Intake, Load, Taker
from cadangan.errors import NameInvalid, RestoreFailed, RestoreRefused
from cadangan.hosts import local
from cadangan.hosts.command import OPEN_FILE, Command, Completed
from cadangan.hosts.host import Host

log = logging.getLogger(__name__)
_SPARE = 1.05
# What a restore that ended well may say: about the server, not about the data.
_HARMLESS = re.compile(
    r"(?:pg_restore: )?(?:WARNING:  \"?wal_level\"? is insufficient to publish logical changes"
    r"|HINT:  Set \"?wal_level\"? to \"?logical\"? before creating subscriptions\.)"
)
_NO_ROOM = "No space left on device"


@contextlib.contextmanager
def open_load(
    target: Target, manifest: Manifest, client_dirs: Sequence[str], policy: RestorePolicy, host: Host = local
) -> Iterator[Load]:
    """Restore into the database of `target`; see the contract. The client runs on this machine, whatever `host` is."""
    client = client_of(manifest, client_dirs)
    with credentials(target, manifest.source.encoding or "UTF8") as env:
        restore = _Restore(client, env, policy)
        yield Load(
            tool=Tool(name="pg_restore", version=client.version),
            intakes=(
                Intake(Kind.GLOBALS, lambda: contextlib.nullcontext(Accounts(target, manifest.inventory.roles))),
                Intake(Kind.DUMP, lambda: restore.taking(_raw_bytes(manifest))),
            ),
            settle=lambda: _analyze(target),
        )


@dataclass(frozen=True)
class _Restore:
    client: Client
    env: dict[str, str]
    policy: RestorePolicy

    @contextlib.contextmanager
    def taking(self, raw_bytes: int) -> Iterator[Taker]:
        """Give what takes an archive of `raw_bytes`."""
        folder = self.policy.staging_dir or tempfile.gettempdir()
        if shutil.disk_usage(folder).free > raw_bytes * _SPARE:
            # Without a name, so that nothing of it stays behind, however this process ends.
            with tempfile.TemporaryFile(dir=folder, buffering=0) as file:
                yield Staged(file, self._command(f"--jobs={self._jobs()}", f"{OPEN_FILE}{file.fileno()}"), self.policy)
            return
        log.info("No room for %d bytes in %s: the archive is restored as a stream", raw_bytes, folder)
        with local.feeding(self._command("--single-transaction"), self.policy.idle_timeout) as consumer:
            yield Streamed(consumer)

    def _jobs(self) -> int:
        return self.policy.jobs or os.cpu_count() or 1

    def _command(self, *options: str) -> Command:
        connection = f"--dbname={make_conninfo(**KEEPALIVES)}"
        program = self.client.program("pg_restore")
        return Command((program, "--exit-on-error", "--no-password", connection, *options), self.env)


class Staged:
    """Keeps the archive in a file until it is whole, then restores it by several connections."""

    def __init__(self, file: io.FileIO, command: Command, policy: RestorePolicy) -> None:
        self._file = file
        self._command = command
        self._seconds = policy.idle_timeout

    def write(self, data: bytes) -> None:
        """See Taker."""
        rest = memoryview(data)
        while rest:
            try:
                rest = rest[self._file.write(rest) :]
            except OSError as err:
                raise RestoreRefused(
                    f"The folder of temporary files takes no more of the archive: {err.strerror}. Make room there, or "
                    "name another folder in restore.staging_dir of policies.yaml."
                ) from err

    def finish(self) -> None:
        """See Taker."""
        _require_good_end(local.run(self._command, self._seconds))


class Streamed:
    """Gives the archive to the client as it comes; it is all one transaction."""

    def __init__(self, consumer: local.Consumer) -> None:
        self._consumer = consumer

    def write(self, data: bytes) -> None:
        """See Taker."""
        self._consumer.write(data)
        if self._consumer.refused:
            self.finish()

    def finish(self) -> None:
        """See Taker."""
        _require_good_end(self._consumer.finish())


class Accounts:
    """Takes the globals' script, and makes those accounts of it that the database needs and the server lacks."""

    def __init__(self, target: Target, needed: Sequence[str]) -> None:
        self._target = target
        self._needed = needed
        self._script = io.BytesIO()

    def write(self, data: bytes) -> None:
        """See Taker."""
        self._script.write(data)

    def finish(self) -> None:
        """See Taker."""
        script = self._script.getvalue().decode(errors="replace")
        with session(self._target) as connection:
            try:
                made = make_missing(connection, script, self._needed, enabled=not _is_rehearsal(self._target))
            except psycopg.Error as err:
                raise RestoreFailed(
                    f"The accounts that the back-up needs could not be made on {self._target.host}: "
                    f"{err.diag.message_primary}. Make them by hand, or let {self._target.user} create roles."
                ) from err
        if made:
            log.info("Accounts made on %s: %s", self._target.host, ", ".join(made))


def _is_rehearsal(target: Target) -> bool:
    try:
        return parse_side_name(target.database).purpose is Purpose.REHEARSAL
    except NameInvalid:
        return False


def _raw_bytes(manifest: Manifest) -> int:
    return sum(artefact.raw_bytes for artefact in manifest.artefacts if artefact.kind is Kind.DUMP)


def _require_good_end(done: Completed) -> None:
    said = [line for line in done.stderr.splitlines() if line.strip() and not _HARMLESS.fullmatch(line)]
    if done.returncode == 0 and not said:
        return
    if _NO_ROOM in done.stderr:
        raise RestoreRefused(f"The server's disk is full: {done.stderr.strip()}. Make room there, then repeat.")
    raise RestoreFailed(
        f"pg_restore ended with exit code {done.returncode}: {' / '.join(said) or 'it said nothing'}. Nothing of this "
        "restore counts; mend what it names, then repeat into a new place."
    )


def _analyze(target: Target) -> None:
    with session(target) as connection, translated(target):
        connection.execute(text("analyze"))
