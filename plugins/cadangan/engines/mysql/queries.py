"""The SQL that is sent to targets: every text of it is a file in include/sql/mysql."""

import contextlib
import functools
import threading
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import MySQLdb
from MySQLdb.constants import CR, ER

from cadangan import paths
from cadangan.engines.mysql.target import Connection, Target, connect
from cadangan.errors import EngineError, PrivilegeMissing, TablesBusy, TargetUnreachable

Row = dict[str, Any]
Values = Sequence[object] | Mapping[str, object] | None
_DENIED = frozenset(
    {ER.ACCESS_DENIED_ERROR, ER.DBACCESS_DENIED_ERROR, ER.TABLEACCESS_DENIED_ERROR, ER.SPECIFIC_ACCESS_DENIED_ERROR}
)
_BUSY = frozenset({ER.LOCK_WAIT_TIMEOUT, ER.LOCK_DEADLOCK})
_CHANGED = frozenset({ER.TABLE_DEF_CHANGED, ER.NO_SUCH_TABLE, ER.BAD_FIELD_ERROR})
_KILLED = 1927  # MariaDB, for a session that was ended by KILL
_LOST = frozenset({CR.SERVER_LOST, CR.SERVER_GONE_ERROR, CR.SERVER_LOST_EXTENDED, ER.SERVER_SHUTDOWN, _KILLED})
_FLAVOURS = {True: "settings_mariadb", False: "settings_mysql"}


@functools.cache
def text(name: str) -> str:
    """Return the statement in `name`.sql; names in braces are put in by `str.format`, quoted by `quoting`."""
    return (paths.SQL / "mysql" / f"{name}.sql").read_text(encoding="utf-8")


@contextlib.contextmanager
def session(target: Target, answer_timeout: int = 0) -> Iterator[Connection]:
    """Give a connection to `target` whose settings are pinned, so that its answers depend on the data only.

    :param answer_timeout: seconds that the server has for each answer, its greeting included; 0 is for ever.

    :raises TargetUnreachable: the server cannot be reached, or the connection was lost in between.
    :raises PrivilegeMissing: the account may not read something.
    :raises TablesBusy: a table stayed locked by another session, or was changed meanwhile.
    :raises EngineError: the server refused a statement for another reason.
    """
    connection = connect(target, answer_timeout)
    try:
        with translated(target):
            execute(connection, text("settings"))
            execute(connection, text(_FLAVOURS["MariaDB" in row(connection, text("version"))["version"]]))
            yield connection
    finally:
        connection.close()


def execute(connection: Connection, statement: str, values: Values = None) -> list[Row]:
    """Run a statement and return what it finds."""
    with contextlib.closing(connection.cursor()) as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())


def rows_of(connection: Connection, name: str, database: str) -> list[Row]:
    """Return what the statement in `name`.sql finds on `database`, and nothing of one whose name only looks alike."""
    with contextlib.closing(connection.cursor()) as cursor:
        cursor.execute(text(name), {"database": database})
        return [found for found in cursor.fetchall() if found["schema_name"] == database]


def row(connection: Connection, statement: str, values: Values = None) -> Row:
    """Return the one row of a statement."""
    found = execute(connection, statement, values)
    if not found:
        raise EngineError(f"The server gave no row for {statement}; look at its log.")
    return found[0]


@contextlib.contextmanager
def answering(connections: Sequence[Connection], target: Target, seconds: float) -> Iterator[None]:
    """Hang up when the block takes longer than `seconds`, for a server that is frozen keeps its line open for ever.

    :raises TargetUnreachable: it did.
    """
    late = threading.Event()

    def give_up() -> None:
        late.set()
        for connection in connections:
            connection.hang_up()

    timer = threading.Timer(seconds, give_up)
    timer.daemon = True
    timer.start()
    try:
        yield
    except (MySQLdb.Error, TargetUnreachable) as err:
        if not late.is_set():
            raise
        raise TargetUnreachable(
            f"{target} did not answer within {seconds:g} s. See whether its server hangs, or who holds locks on its "
            "tables, then repeat."
        ) from err
    finally:
        timer.cancel()


@contextlib.contextmanager
def translated(target: Target) -> Iterator[None]:
    """Turn the driver's errors into Cadangan's."""
    try:
        yield
    except MySQLdb.Error as err:
        raise _translation(target, err) from err


def _translation(target: Target, err: MySQLdb.Error) -> EngineError:
    code, said = err.args[0] if err.args else 0, str(err.args[-1] if err.args else err)
    if code in _DENIED:
        return PrivilegeMissing(
            f"The account {target.user} may not read all of {target.database} on {target.host}: {said}. "
            "Grant what the inspection of the database lists, then repeat."
        )
    if code in _BUSY:
        return TablesBusy(
            f"A table of {target.database} on {target.host} stayed locked by another session: {said}. "
            "Repeat when that session is through, or raise lock_timeout in policies.yaml."
        )
    if code in _CHANGED:
        return TablesBusy(
            f"A table of {target.database} on {target.host} was altered or dropped during the dump: {said}. "
            "Choose a window without changes to the schema, then repeat."
        )
    if code in _LOST or not isinstance(code, int) or isinstance(err, MySQLdb.InterfaceError):
        return TargetUnreachable(f"The connection to {target} was lost: {said}. See the server's log, then repeat.")
    return EngineError(f"{target.host} refused a query on {target.database}: {said}.")
