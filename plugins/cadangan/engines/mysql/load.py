"""Restore a dump into an empty database: as a stream through the client, which stops at the first error."""

import contextlib
import io
import logging
import re
from collections.abc import Iterator, Sequence

import MySQLdb

from cadangan.config.restoring import RestorePolicy
from cadangan.core.manifest import Manifest, Tool
from cadangan.core.naming import Kind
from cadangan.engines.mysql.clients import Client, shell_for
from cadangan.engines.mysql.contents import FOOTER, ends_well
from cadangan.engines.mysql.grantees import Grantees, as_they_were, for_rehearsal
from cadangan.engines.mysql.places import is_rehearsal
from cadangan.engines.mysql.queries import execute, session, text
from cadangan.engines.mysql.quoting import qualified
from cadangan.engines.mysql.server import flavour_of
from cadangan.engines.mysql.target import CHARSET, Target, option_file
from cadangan.engines.restoring import Intake, Load, Taker
from cadangan.errors import RestoreFailed, RestoreRefused
from cadangan.hosts import local
from cadangan.hosts.command import Command, Completed
from cadangan.hosts.host import Host
from cadangan.hosts.memory import in_memory

log = logging.getLogger(__name__)
_TAIL = 4096
# Disk or memory full, a packet that the server does not take, a privilege or setting that is missing, the line lost:
# these say nothing of the back-up.
_OF_THE_PLACE = re.compile(
    r"^ERROR (?:1021|1041|1044|1114|1142|1153|1227|1290|1419|1436|2002|2006|2013|2026) |No space left on device",
    re.MULTILINE,
)


@contextlib.contextmanager
def open_load(
    target: Target, manifest: Manifest, client_dirs: Sequence[str], policy: RestorePolicy, host: Host = local
) -> Iterator[Load]:
    """Restore into the database of `target`; see the contract. The client runs on this machine, whatever `host` is."""
    client = shell_for(flavour_of(manifest.source.server_version), client_dirs)
    accounts = Accounts(target, manifest)
    with in_memory(option_file(target, client.flavour)) as options:
        yield Load(
            tool=Tool(name=client.name, version=client.version),
            intakes=(
                Intake(Kind.ACCOUNTS, lambda: contextlib.nullcontext(accounts)),
                Intake(Kind.DUMP, lambda: _taking(client, options, target, manifest, policy)),
            ),
            settle=lambda: _settle(target, manifest, accounts),
        )


def load_command(client: Client, options_path: str, target: Target) -> Command:
    """Return the command that runs a dump from its input in the database of `target`.

    :param options_path: of the option file; no other one is read.
    """
    return Command(
        (
            client.path,
            f"--defaults-file={options_path}",
            "--batch",
            # Bytes as they are, and no commands of the client but those that a dump holds.
            "--binary-mode",
            # Else the client takes the comments out of routines.
            "--comments",
            "--local-infile=0",
            "--skip-reconnect",
            f"--default-character-set={CHARSET}",
            "--max-allowed-packet=1G",
            "--",
            target.database,
        )
    )


@contextlib.contextmanager
def _taking(
    client: Client, options_path: str, target: Target, manifest: Manifest, policy: RestorePolicy
) -> Iterator[Taker]:
    with local.feeding(load_command(client, options_path, target), policy.idle_timeout) as consumer:
        source = manifest.source.database
        yield Script(consumer, client.name, source if source != target.database else None)


class Script:
    """Gives the dump to the client as it comes.

    :param source: name of the database that it is of, where it is restored under another one.
    """

    def __init__(self, consumer: local.Consumer, program: str, source: str | None) -> None:
        self._consumer = consumer
        self._program = program
        self._source = source
        self._tail = b""

    def write(self, data: bytes) -> None:
        """See Taker."""
        self._consumer.write(data)
        self._tail = (self._tail + data[-_TAIL:])[-_TAIL:]
        if self._consumer.refused:
            self.finish()

    def finish(self) -> None:
        """See Taker."""
        done = self._consumer.finish()
        if self._source is not None:
            _require_no_name(self._source, done)
        _require_good_end(self._program, done)
        if not ends_well(self._tail):
            # The client takes a script that breaks off for one that ends.
            raise RestoreFailed(
                f"The dump is not whole: its last line, {FOOTER.decode()}, is not there. Nothing of this restore "
                "counts; restore another back-up."
            )


class Accounts:
    """Takes the script of the accounts, and makes those of it that the server lacks."""

    def __init__(self, target: Target, manifest: Manifest) -> None:
        self._target = target
        self._source = manifest.source.database
        self._needed = manifest.inventory.roles
        self._script = io.BytesIO()
        self._grantees: Grantees | None = None

    def write(self, data: bytes) -> None:
        """See Taker."""
        self._script.write(data)

    def finish(self) -> None:
        """See Taker."""
        grantees = self._grantees = Grantees(self._script.getvalue().decode(), self._needed)
        database = self._target.database
        with session(self._target) as connection, self._refused():
            if is_rehearsal(self._target):
                made = grantees.make(connection, for_rehearsal)
                # A view on views is only made where their definers may read.
                grantees.give_all(connection, database)
            else:
                made = grantees.make(connection, as_they_were)
                grantees.give_early(connection, self._source, database)
        if made:
            log.info("Accounts made on %s: %s", self._target.host, ", ".join(made))

    def settle(self) -> None:
        """Give what is on tables and routines, now that they are there; a rehearsal needs none of it."""
        if self._grantees is None or is_rehearsal(self._target):
            return
        with session(self._target) as connection, self._refused():
            self._grantees.give_late(connection, self._source, self._target.database)

    @contextlib.contextmanager
    def _refused(self) -> Iterator[None]:
        try:
            yield
        except MySQLdb.Error as err:
            raise RestoreRefused(
                f"The accounts that the back-up needs could not be made on {self._target.host}: {err.args[-1]}. Make "
                f"them by hand, or let {self._target.user} create users and grant what they have."
            ) from err


def _require_no_name(source: str, done: Completed) -> None:
    if any(f"'{source}." in line or f"`{source}`." in line for line in _said(done)):
        raise RestoreRefused(
            f"The dump holds the name of its database, {source}, and cannot be restored under another one: "
            f"{' / '.join(_said(done))}. Restore it under its own name, on a server without it; an embedded one does "
            "so."
        )


def _require_good_end(program: str, done: Completed) -> None:
    said = _said(done)
    if done.returncode == 0 and not said:
        return
    if _OF_THE_PLACE.search(done.stderr):
        raise RestoreRefused(f"The server did not take the dump: {' / '.join(said)}. Mend that, then repeat.")
    raise RestoreFailed(
        f"{program} ended with exit code {done.returncode}: {' / '.join(said) or 'it said nothing'}. Nothing of this "
        "restore counts; mend what it names, then repeat into a new place."
    )


def _said(done: Completed) -> list[str]:
    """Return the lines that count. Before its error the client shows the whole statement, with the values in it."""
    lines = [line for line in done.stderr.splitlines() if line.strip()]
    return [line for line in lines if line.startswith("ERROR ")] if done.returncode else lines


def _settle(target: Target, manifest: Manifest, accounts: Accounts) -> None:
    accounts.settle()
    with session(target) as connection:
        for table in manifest.inventory.tables:
            execute(connection, text("analyze").format(table=qualified(target.database, table.name)))
