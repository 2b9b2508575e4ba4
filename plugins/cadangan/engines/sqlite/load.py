"""Restore a database file, byte for byte, and have SQLite look through it."""

import contextlib
import io
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from cadangan.config.restoring import RestorePolicy
from cadangan.core.manifest import Manifest, Tool
from cadangan.core.naming import Kind
from cadangan.engines.restoring import Intake, Load, Taker
from cadangan.engines.sqlite.client import find_client, frozen, reading_command, rows, text
from cadangan.engines.sqlite.target import Target
from cadangan.errors import EngineError, RestoreFailed, RestoreRefused
from cadangan.hosts import local
from cadangan.hosts.host import Host


@contextlib.contextmanager
def open_load(
    target: Target, manifest: Manifest, client_dirs: Sequence[str], policy: RestorePolicy, host: Host = local
) -> Iterator[Load]:
    """Restore into the file of `target` on this machine; see the contract."""
    yield Load(
        tool=Tool(name="sqlite3", version=find_client(local).version),
        intakes=(Intake(Kind.SQLITE, lambda: _taking(target, policy)),),
        settle=lambda: None,
    )


@contextlib.contextmanager
def _taking(target: Target, policy: RestorePolicy) -> Iterator[Taker]:
    try:
        # Of its own making and empty: nothing is written through a link that somebody puts there.
        descriptor = os.open(target.database, os.O_WRONLY | os.O_NOFOLLOW)
    except OSError as err:
        raise RestoreRefused(f"{target} cannot be written to: {err.strerror}. Restore into a new file.") from err
    with io.FileIO(descriptor, "w") as file:
        yield _Writing(target, file, policy)


class _Writing:
    def __init__(self, target: Target, file: io.FileIO, policy: RestorePolicy) -> None:
        self._target = target
        self._file = file
        self._seconds = policy.idle_timeout

    def write(self, data: bytes) -> None:
        """See Taker."""
        rest = memoryview(data)
        try:
            while rest:
                rest = rest[self._file.write(rest) :]
        except OSError as err:
            raise self._refused(err) from err

    def finish(self) -> None:
        """See Taker."""
        try:
            os.fsync(self._file.fileno())
        except OSError as err:
            raise self._refused(err) from err
        path = str(Path(self._target.database))
        try:
            found = rows(local, reading_command(frozen(path), text("integrity")), path, self._seconds)
        except EngineError as err:
            raise RestoreFailed(f"SQLite cannot read what was restored to {path}: {err}") from err
        lines = [str(row["integrity_check"]) for row in found]
        if lines != ["ok"]:
            raise RestoreFailed(f"What was restored to {path} is damaged: {'; '.join(lines[:10])}.")

    def _refused(self, err: OSError) -> RestoreRefused:
        return RestoreRefused(f"{self._target} takes no more of the database: {err.strerror}. Make room there.")
