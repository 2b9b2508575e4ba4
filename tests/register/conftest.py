"""An empty, upgraded register for each test, on both databases."""

import itertools
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import URL, create_engine, make_url, text

from cadangan.engines.postgres.own_server import PostgresServer
from cadangan.register.base import Base
from cadangan.register.location import parse_url
from cadangan.register.session import Register, open_register, upgrade

_TABLES = ", ".join(f'"{name}"' for name in Base.metadata.tables)
_EMPTY = (
    "SET lock_timeout = '20s'",
    "ALTER TABLE audit DISABLE TRIGGER USER",
    f"TRUNCATE {_TABLES} RESTART IDENTITY",
    "INSERT INTO audit_head VALUES (1, 0, repeat('0', 64))",
    "ALTER TABLE audit ENABLE TRIGGER USER",
)
_names = (f"register_{number}" for number in itertools.count())


@pytest.fixture(scope="session")
def postgres_url(postgres_18: PostgresServer) -> str:
    server = postgres_18
    url = URL.create("postgresql", server.user, server.password, server.host, server.port, "postgres")
    return url.render_as_string(hide_password=False)


@pytest.fixture(scope="session")
def upgraded_postgres(postgres_url: str) -> Iterator[str]:
    """The URL of a register that each test finds emptied; that takes less time than a database a test."""
    name = next(_names)
    _administer(postgres_url, f"CREATE DATABASE {name}")
    url = _with_database(postgres_url, name)
    upgrade(url)
    yield url
    _administer(postgres_url, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def upgraded_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("register") / "register.db"
    upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a database without tables."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'folder' / 'register.db'}"
        return
    server: str = request.getfixturevalue("postgres_url")
    name = next(_names)
    _administer(server, f"CREATE DATABASE {name}")
    yield _with_database(server, name)
    _administer(server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of an upgraded register."""
    if request.param == "sqlite":
        path = tmp_path / "register.db"
        shutil.copy(request.getfixturevalue("upgraded_sqlite"), path)
        yield f"sqlite:///{path}"
        return
    upgraded: str = request.getfixturevalue("upgraded_postgres")
    _administer(upgraded, *_EMPTY)
    yield upgraded


@pytest.fixture
def register(url: str) -> Iterator[Register]:
    opened = open_register(url)
    yield opened
    opened.engine.dispose()


def _with_database(server: str, name: str) -> str:
    return make_url(server).set(database=name).render_as_string(hide_password=False)


def _administer(server: str, *statements: str) -> None:
    engine = create_engine(parse_url(server), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()
