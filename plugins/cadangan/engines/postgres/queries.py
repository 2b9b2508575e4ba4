"""The SQL that is sent to targets: every text of it is a file in include/sql/postgres."""

import contextlib
import functools
import socket
import threading
from collections.abc import Iterator

import psycopg
from psycopg import sql
from psycopg.rows import DictRow

from cadangan import paths
from cadangan.engines.postgres.target import Connection, Target, connect
from cadangan.errors import EngineError, PrivilegeMissing, TablesBusy, TargetUnreachable


@functools.cache
def text(name: str) -> sql.SQL:
    """Return the statement in `name`.sql; what it holds in braces is filled in by `.format`, quoted by the driver."""
    return sql.SQL((paths.SQL / "postgres" / f"{name}.sql").read_text(encoding="utf-8"))


@contextlib.contextmanager
def session(target: Target) -> Iterator[Connection]:
    """Give a connection to `target` whose settings are pinned, so that its answers depend on the data only.

    :raises TargetUnreachable: the server cannot be reached, or the connection was lost in between.
    :raises PrivilegeMissing: the account may not read something.
    :raises TablesBusy: a table stayed locked by another session.
    :raises EngineError: the server refused a statement for another reason.
    """
    # Closed without a word to the server, which may be the one that no longer answers.
    with contextlib.closing(connect(target)) as connection, translated(target):
        connection.execute(text("settings"))
        yield connection


@contextlib.contextmanager
def answering(connection: Connection, target: Target, seconds: float) -> Iterator[None]:
    """Hang up when the block takes longer than `seconds`, for a server that is frozen keeps its line open for ever.

    :raises TargetUnreachable: it did.
    """
    late = threading.Event()

    def give_up() -> None:
        late.set()
        hang_up(connection)

    timer = threading.Timer(seconds, give_up)
    timer.daemon = True
    timer.start()
    try:
        yield
    except psycopg.Error as err:
        if not late.is_set():
            raise
        raise TargetUnreachable(
            f"{target} did not answer within {seconds:g} s. See whether its server hangs, or who holds locks on its "
            "catalogues, then repeat."
        ) from err
    finally:
        timer.cancel()


def hang_up(connection: Connection) -> None:
    """Cut the line, so that no thread waits on for a server that does not answer."""
    with (
        contextlib.suppress(OSError, psycopg.Error),
        socket.fromfd(connection.fileno(), socket.AF_INET, socket.SOCK_STREAM) as line,
    ):
        line.shutdown(socket.SHUT_RDWR)


def rows(connection: Connection, name: str) -> list[DictRow]:
    """Return what the statement in `name`.sql finds."""
    return connection.execute(text(name)).fetchall()


def row(connection: Connection, query: str | sql.Composed) -> DictRow:
    """Return the one row of a statement, given by the name of its file or composed."""
    found = connection.execute(text(query) if isinstance(query, str) else query).fetchone()
    if found is None:
        raise EngineError(f"The server gave no row for {query}; look at its log.")
    return found


@contextlib.contextmanager
def translated(target: Target) -> Iterator[None]:
    """Turn the driver's errors into Cadangan's."""
    try:
        yield
    except psycopg.errors.InsufficientPrivilege as err:
        raise PrivilegeMissing(
            f"The account {target.user} may not read all of {target.database} on {target.host}: {_said(err)}. "
            "Grant what the inspection of the database lists, then repeat."
        ) from err
    except psycopg.errors.LockNotAvailable as err:
        raise TablesBusy(
            f"A table of {target.database} on {target.host} stayed locked by another session: {_said(err)}. "
            "Repeat when that session is through, or raise lock_timeout in policies.yaml."
        ) from err
    except psycopg.Error as err:
        if err.sqlstate is None or err.sqlstate.startswith(("08", "57P")):
            raise TargetUnreachable(
                f"The connection to {target} was lost: {_said(err)}. See the server's log, then repeat."
            ) from err
        raise EngineError(f"{target.host} refused a query on {target.database}: {_said(err)}.") from err


def _said(err: psycopg.Error) -> str:
    return err.diag.message_primary or str(err).strip()
