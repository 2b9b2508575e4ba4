"""Open the register and work on it in transactions."""

import fcntl
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import cache
from pathlib import Path
from weakref import WeakSet

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session
from sqlalchemy.pool import ConnectionPoolEntry

from cadangan.errors import RegisterError
from cadangan.register import (
    keeping,  # noqa: F401 - whoever opens a register knows all of its tables
    office,  # noqa: F401 - likewise
    schema,
    watching,  # noqa: F401 - likewise
)
from cadangan.register.location import parse_url

BUSY_SECONDS = 60


class Register:
    """The register behind one engine; made by `open_register`."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._reader = engine.execution_options(
            **{"cadangan_read_only": True}
            if engine.dialect.name == "sqlite"
            else {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        )

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """Give a session that commits at the end and rolls back on any error.

        Rows stay readable after the commit. Raise RegisterError when the database fails.
        """
        with _reported(self.engine.url), Session(self.engine, expire_on_commit=False) as session, session.begin():
            yield session

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Give a session for reading that sees one instant of the register and blocks no writer."""
        with _reported(self.engine.url), Session(self._reader, expire_on_commit=False) as session, session.begin():
            yield session


def open_register(url: str) -> Register:
    """Return the register at `url`, one engine a process.

    Raise RegisterError when it cannot be reached, or when its schema is missing, older or newer than this code.
    """
    return _opened(parse_url(url))


@cache
def _opened(url: URL) -> Register:
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").exists():
        raise RegisterError(f"There is no register at {shown(url)}; {schema.UPGRADE_ADVICE}.")
    register = Register(make_engine(url))
    with _reported(url), register.engine.connect() as connection:
        schema.check(connection, shown(url))
    return register


def upgrade(url: str) -> None:
    """Create the register at `url`, or bring its schema up to this code.

    Two processes may call it at once. Raise RegisterError when it cannot be reached or is newer than this code.
    """
    parsed = parse_url(url)
    try:
        engine = make_engine(parsed)
        with _disposed(engine), _reported(parsed), _alone(parsed), engine.begin() as connection:
            schema.migrate(connection, shown(parsed))
    except (OSError, sqlite3.Error) as err:
        raise RegisterError(f"Cannot write {shown(parsed)}: {err}. Check its folder and its owner.") from err


@contextmanager
def _disposed(engine: Engine) -> Iterator[None]:
    try:
        yield
    finally:
        engine.dispose()


@contextmanager
def _alone(url: URL) -> Iterator[None]:
    """Let one process at a time make a SQLite register, and give the file its journal mode, which lasts.

    The switch to that mode can fail at once, without waiting, when another process does the same.
    """
    if url.get_backend_name() != "sqlite" or url.database is None:
        yield
        return
    folder = os.open(Path(url.database).parent, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        with closing(sqlite3.connect(url.database, timeout=BUSY_SECONDS)) as connection:
            connection.execute("PRAGMA journal_mode = WAL")
        yield
    finally:
        os.close(folder)


def _after_fork() -> None:
    # A forked child must not speak on its parent's connections; the parent still uses and closes them.
    for engine in _engines:
        engine.dispose(close=False)


_engines: WeakSet[Engine] = WeakSet()
os.register_at_fork(after_in_child=_after_fork)


def make_engine(url: URL) -> Engine:
    """Return an engine with the settings that both databases need; parameters never show in errors."""
    if url.get_backend_name() == "sqlite":
        Path(url.database or "").parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        engine = create_engine(
            url, pool_size=2, max_overflow=8, hide_parameters=True, connect_args={"timeout": BUSY_SECONDS}
        )
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    else:
        engine = create_engine(
            url, pool_size=2, max_overflow=8, hide_parameters=True, pool_pre_ping=True, pool_recycle=1800
        )
    _engines.add(engine)
    return engine


def shown(url: URL) -> str:
    """Return `url` without its password, for messages."""
    return url.render_as_string(hide_password=True)


@contextmanager
def _reported(url: URL) -> Iterator[None]:
    try:
        yield
    except SQLAlchemyError as err:
        reason = str(getattr(err, "orig", None) or err).strip().partition("\n")[0]
        raise RegisterError(
            f"The register at {shown(url)} failed: {reason}. Check that its server runs and that the connection "
            "may use it, then try again."
        ) from err


def _prepare_sqlite(dbapi_connection: sqlite3.Connection, record: ConnectionPoolEntry) -> None:
    # The driver must not begin transactions by itself: _begin_sqlite says which kind.
    dbapi_connection.isolation_level = None
    dbapi_connection.execute("PRAGMA foreign_keys = ON")


def _begin_sqlite(connection: Connection) -> None:
    # A deferred transaction that reads first and writes later fails at once when another writer was quicker;
    # an immediate one queues for BUSY_SECONDS.
    read_only = connection.get_execution_options().get("cadangan_read_only", False)
    connection.exec_driver_sql(f"PRAGMA query_only = {int(read_only)}")
    connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")
