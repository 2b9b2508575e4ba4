"""One view of the database that the dump and the inventory share."""

import contextlib
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple

import psycopg
from psycopg import sql

from cadangan.core.manifest import Inventory
from cadangan.engines.postgres import inventory
from cadangan.engines.postgres.names import require_readable_names
from cadangan.engines.postgres.queries import answering, hang_up, row, session, text
from cadangan.engines.postgres.server import Server, describe
from cadangan.engines.postgres.tables import Table, dumped_tables
from cadangan.engines.postgres.target import Connection, Target
from cadangan.errors import TablesBusy

log = logging.getLogger(__name__)
_TRIES = 10
# Others changed the list of tables while it was being locked: begin anew.
_MOVED = (psycopg.errors.UndefinedTable, psycopg.errors.InvalidSchemaName, psycopg.errors.DeadlockDetected)

_CANCEL_SECONDS = 5.0


@dataclass(frozen=True)
class Snapshot:
    """A view of the database that stays the same as long as its block lasts.

    :param id: name under which pg_dump takes it over.
    :param at: its instant (UTC), the recovery point of the back-up, never later than the view: whatever was told to be
        committed before it is in the view. On a standby, that of the last commit which it had replayed.
    """

    id: str
    at: datetime
    server: Server
    target: Target
    _connection: Connection
    _tables: tuple[Table, ...]

    def inventory(self, digest_method: str) -> Inventory:
        """Return all that the database holds in this view.

        :param digest_method: "values" (fast), "text" (comparable across server majors)
            or "off" (counts only).
        :raises EngineError: a table could not be read, or the connection was lost.
        """
        return inventory.take(self._connection, self._tables, digest_method, self.target)

    def cancel(self) -> None:
        """End the query for which `inventory` waits in another thread; a server that is gone has ended it already."""
        with contextlib.suppress(psycopg.Error):
            self._connection.cancel_safe(timeout=_CANCEL_SECONDS)

    def hang_up(self) -> None:
        """Cut the line, so that no thread waits on for a server that does not answer."""
        hang_up(self._connection)


@contextlib.contextmanager
def open_snapshot(target: Target, lock_timeout: int, answer_timeout: float = 900.0) -> Iterator[Snapshot]:
    """Open a view of the database of `target` and hold it.

    Every table is locked (ACCESS SHARE: reading and writing go on) before the view begins, for TRUNCATE and ALTER
    TABLE are not undone for older views: without the locks a table could be counted full and dumped empty.

    :param lock_timeout: seconds to wait for a lock that another session holds.
    :param answer_timeout: seconds that the server has for all of its answers, beside those for a lock.
    :raises TablesBusy: a table stayed locked, or tables were made and dropped without end.
    :raises TargetUnreachable: the server did not answer in time.
    :raises EngineError: a name cannot be read.
    """
    with session(target) as connection:
        with answering(connection, target, lock_timeout + answer_timeout):
            server = describe(connection)
            require_readable_names(connection, server)
            view = _begin(connection, lock_timeout)
        yield Snapshot(view.id, view.at, server, target, connection, view.tables)


class _View(NamedTuple):
    id: str
    at: datetime
    tables: tuple[Table, ...]


def _begin(connection: Connection, lock_timeout: int) -> _View:
    """Lock every table, then begin the view: in this order, and anew when the tables are others by then."""
    for _ in range(_TRIES):
        tables = dumped_tables(connection)
        replayed = row(connection, "replayed")["at"]
        connection.execute(text("begin"))
        try:
            _lock(connection, tables, lock_timeout)
            begun = row(connection, "snapshot")
            if dumped_tables(connection) == tables:
                return _View(begun["id"], min(begun["at"], replayed or begun["at"]).astimezone(UTC), tables)
        except _MOVED as err:
            log.info("Tables changed while they were being locked, trying anew: %s", err)
        connection.rollback()
    raise TablesBusy(
        f"Tables of {connection.info.dbname} on {connection.info.host} were made, dropped or renamed during each of "
        f"{_TRIES} tries to lock them. Choose a window without changes to the schema."
    )


def _lock(connection: Connection, tables: tuple[Table, ...], lock_timeout: int) -> None:
    connection.execute(text("lock_timeout").format(milliseconds=sql.Literal(lock_timeout * 1000)))
    if tables:
        names = sql.SQL(", ").join(sql.SQL("ONLY {}").format(table.identifier) for table in tables)
        connection.execute(text("lock").format(tables=names))
