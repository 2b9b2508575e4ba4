"""Real MariaDB servers on free loopback ports, and databases on them."""

import os
import shutil
import signal
import tempfile
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import MySQLdb
import pytest

from cadangan.demo.ports import free_port
from cadangan.engines.mysql import Target, own_server
from cadangan.engines.mysql.quoting import identifier
from cadangan.engines.mysql.target import connect, option_file
from cadangan.hosts import local
from cadangan.hosts.command import Command
from cadangan.hosts.memory import in_memory

NewDatabase = Callable[..., Target]
_SETTINGS = {
    # A crash loses the data, which is theirs to lose.
    "innodb-flush-log-at-trx-commit": "0",
    "innodb-doublewrite": "0",
    "innodb-buffer-pool-size": "64M",
    "skip-name-resolve": "1",
    "event-scheduler": "ON",
    "max-allowed-packet": "64M",
}


class MariadbServer(own_server.MariadbServer):
    """A server on a loopback port."""

    host = "127.0.0.1"

    def __init__(self, folder: Path, settings: dict[str, str]) -> None:
        self.port = free_port()
        own = {"skip-networking": "0", "port": str(self.port), "bind-address": self.host}
        super().__init__(folder, programs(), own | _SETTINGS | settings, comes_from=self.host)

    def _greet(self) -> None:
        MySQLdb.connect(host=self.host, port=self.port, user=self.user, password=self.password).close()


def programs() -> own_server.Programs:
    """Return the server programs of the Debian packages."""
    return own_server.Programs(program("mariadbd"), program("mariadb-install-db"))


def program(name: str) -> str:
    """Return the path of a program of the Debian packages."""
    path = shutil.which(name, path=f"{os.environ['PATH']}:/usr/sbin")
    if path is None:
        pytest.fail(f"{name} is not installed; apt-get install mariadb-server mariadb-client (make test does it).")
    return path


@contextmanager
def running(**settings: str) -> Iterator[MariadbServer]:
    """Run a server of its own; settings with underscores for dashes."""
    named = {name.replace("_", "-"): value for name, value in settings.items()}
    with tempfile.TemporaryDirectory(prefix="cadangan-mariadb-") as folder:
        server = MariadbServer(Path(folder), named)
        try:
            yield server.start()
        finally:
            server.stop(signal.SIGKILL)


@pytest.fixture(scope="session")
def mariadb() -> Iterator[MariadbServer]:
    """The server of the Debian package."""
    with running() as server:
        yield server


@pytest.fixture
def new_database(mariadb: MariadbServer) -> Iterator[NewDatabase]:
    """Make fresh databases; they are dropped at the end of the test."""
    with databases_on(mariadb) as make:
        yield make


@pytest.fixture
def database(new_database: NewDatabase) -> Target:
    """An empty database, as the administrator reaches it."""
    return new_database()


@contextmanager
def databases_on(server: MariadbServer) -> Iterator[NewDatabase]:
    """Give a function that makes databases on `server`, and drop them at the end."""
    made: list[Target] = []

    def make(name: str | None = None) -> Target:
        target = target_on(server, name or f"test_{uuid.uuid4().hex}")
        run(target, f"CREATE DATABASE {identifier(target.database)}", choose=False)
        made.append(target)
        return target

    try:
        yield make
    finally:
        for target in made:
            run(target, f"DROP DATABASE IF EXISTS {identifier(target.database)}", choose=False)


def target_on(server: MariadbServer, database: str) -> Target:
    """Return `database` as the administrator reaches it."""
    return Target(server.host, server.port, server.user, server.password, database)


def run(target: Target, *statements: str, choose: bool = True, values: object = None) -> list[dict[str, object]]:
    """Execute statements on `target`, the `values` in each, and return what the last one finds."""
    connection = connect(target)
    found: list[dict[str, object]] = []
    try:
        cursor = connection.cursor()
        if choose:
            cursor.execute(f"USE {identifier(target.database)}")
        for statement in statements:
            cursor.execute(statement, values)
            found = list(cursor.fetchall())
    finally:
        connection.close()
    return found


def account_on(target: Target, name: str, password: str, *grants: str) -> Target:
    """Make an account, and return `target` as it reaches it; `{d}` in a grant is the database."""
    quoted = f"{identifier(name)}@'%'"
    granted = [f"GRANT {grant.format(d=identifier(target.database))} TO {quoted}" for grant in grants]
    made = f"CREATE OR REPLACE USER {quoted.replace('%', '%%')} IDENTIFIED BY %s"
    run(target, made, values=[password])
    run(target, *granted)
    return replace(target, user=name, password=password)


def restore(target: Target, script: bytes) -> None:
    """Run an SQL dump on `target` as its manifest says it is done by hand."""
    with in_memory(option_file(target, "MariaDB")) as path:
        argv = (program("mariadb"), f"--defaults-file={path}", "--binary-mode", "--max-allowed-packet=1G", "--")
        done = local.run(Command((*argv, target.database)), 120, script)
    assert done.returncode == 0, done.stderr
