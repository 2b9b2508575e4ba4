"""One view of the database that the dump and the inventory share, as far as the server lets them."""

import contextlib
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

import MySQLdb

from cadangan.core.manifest import Inventory
from cadangan.engines.mysql.catalogue import Catalogue, read_catalogue, read_columns, read_names
from cadangan.engines.mysql.counters import read_counters
from cadangan.engines.mysql.digests import facts_of
from cadangan.engines.mysql.gate import Gate
from cadangan.engines.mysql.privileges import Grants, may_freeze, missing, read_grants
from cadangan.engines.mysql.queries import answering, execute, session, text, translated
from cadangan.engines.mysql.server import Server, describe, now
from cadangan.engines.mysql.target import Connection, Target
from cadangan.engines.mysql.window import LONGEST_SECONDS, Watch, frozen
from cadangan.errors import EngineError, PrivilegeMissing, TablesBusy

# For the turn, the freeze, the locks and the client, one after the other.
_WINDOW_SECONDS = 5.0 * LONGEST_SECONDS
_FREEZER_SECONDS = 3 * LONGEST_SECONDS
_CANCEL_SECONDS = 5
_NO_RELOAD = "the account lacks RELOAD, so that no common view of dump and counts could be had"


@dataclass(frozen=True)
class Snapshot:
    """A database that is about to be dumped, or being dumped.

    :param at: its instant (UTC), the recovery point of the back-up, never later than the dump's view.
    """

    at: datetime
    server: Server
    target: Target
    catalogue: Catalogue
    lock_timeout: int
    _grants: Grants
    _reader: Connection
    _holder: Connection
    _freezer: Connection
    _given_up: threading.Event = field(default_factory=threading.Event)

    def inventory(self, gate: Gate, digest_method: str) -> Inventory:
        """Let the client begin together with this view, and return all that the database holds in it.

        :param gate: behind which the client waits.
        :raises TablesBusy: a table stayed locked, or tables were changed meanwhile.
        :raises EngineError: something could not be read, or the connection was lost.
        """
        with translated(self.target):
            columns = read_columns(self._reader, self.target.database)
            counters = read_counters(self._reader, self.catalogue, self.target.database)
            incomparable = self._begin(gate)
            tables = [
                facts_of(self._reader, table, columns, digest_method, incomparable if table.transactional else "")
                for table in self.catalogue.tables
            ]
        return Inventory(tables=tuple(tables), sequences=counters, objects=self.catalogue.objects)

    def cancel(self) -> None:
        """End the query for which `inventory` waits in another thread; a server that is gone has ended it already."""
        self._given_up.set()
        with contextlib.suppress(EngineError, MySQLdb.Error), session(self.target, _CANCEL_SECONDS) as connection:
            for busy in (self._reader, self._holder, self._freezer):
                execute(connection, text("kill").format(id=busy.number))

    def hang_up(self) -> None:
        """Cut the lines, so that no thread waits on for a server that does not answer."""
        self._given_up.set()
        for connection in (self._reader, self._holder, self._freezer):
            connection.hang_up()

    def _begin(self, gate: Gate) -> str:
        """Begin the view and open the gate; return why counts are not those of the dump, or nothing."""
        if not may_freeze(self._grants):
            self._hold_still(self.lock_timeout)
            gate.open()
            return _NO_RELOAD
        sessions = (self._reader, self._holder, self._freezer)
        with answering(sessions, self.target, _WINDOW_SECONDS), frozen(self._freezer) as not_frozen:
            self._hold_still(min(self.lock_timeout, LONGEST_SECONDS))
            watch = Watch(self._freezer, self.target)
            gate.open()
            return not_frozen or watch.wait(gate.passed, self._given_up)

    def _hold_still(self, seconds: int) -> None:
        """Lock the tables that a transaction does not hold still, then begin the transaction."""
        execute(self._holder, text("lock_timeout"), [seconds])
        if unlocked := self.catalogue.unlocked:
            locks = ", ".join(f"{table.identifier} READ" for table in unlocked)
            execute(self._holder, text("lock_tables").format(tables=locks))
        execute(self._reader, text("isolation"))
        execute(self._reader, text("begin"))
        if read_names(self._reader, self.target.database) != self.catalogue.names:
            raise TablesBusy(
                f"Tables of {self.target.database} on {self.target.host} were made, dropped or renamed while its dump "
                "began. Choose a window without changes to the schema, then repeat."
            )


@contextlib.contextmanager
def open_snapshot(target: Target, lock_timeout: int, answer_timeout: float = 900.0) -> Iterator[Snapshot]:
    """See what the database of `target` holds and that all of it can be dumped; the view begins with `inventory`.

    :param lock_timeout: seconds to wait for a lock that another session holds.
    :param answer_timeout: seconds that the server has for all of its answers.
    :raises PrivilegeMissing: something would be left out of the dump unseen; the message names the GRANT.
    :raises TargetUnreachable: the server did not answer in time.
    :raises EngineError: there is no such database, a table cannot be opened, or it is not to be locked.
    """
    # The first one finds out whether the server answers at all: the others may wait long for what they ask.
    with session(target, _FREEZER_SECONDS) as freezer, session(target) as reader, session(target) as holder:
        with answering([reader], target, answer_timeout):
            server = describe(reader, target)
            grants = read_grants(reader, server)
            catalogue = read_catalogue(reader, target.database)
            _require_whole(target, server, grants, catalogue)
            at = now(reader)
        yield Snapshot(at, server, target, catalogue, lock_timeout, grants, reader, holder, freezer)


def _require_whole(target: Target, server: Server, grants: Grants, catalogue: Catalogue) -> None:
    lacking = missing(grants, server, target.database, bool(catalogue.unlocked))
    if lacking:
        raise PrivilegeMissing(
            f"The account {server.account} would leave parts of {target.database} on {target.host} out of the dump "
            f"unseen. Run on the server, to this account: {'; '.join(lacking)}."
        )
    if catalogue.unreadable:
        names = "; ".join(map(str, catalogue.unreadable))
        raise EngineError(
            f"{target.database} on {target.host} holds what the server cannot open: {names}. "
            "Repair or drop it, then repeat."
        )
    if catalogue.unlocked and target.options.get("non_transactional") == "refuse":
        names = ", ".join(table.name for table in catalogue.unlocked)
        raise EngineError(
            f"{target.database} on {target.host} holds tables without transactions ({names}), and its connection says "
            'non_transactional: "refuse". Change their engine to InnoDB, or say "lock".'
        )
