"""Real MariaDB servers on free loopback ports, and databases on them."""

import os
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import MySQLdb
import pytest

from cadangan.demo.ports import free_port
from cadangan.engines.mysql import Target
from cadangan.engines.mysql.quoting import identifier
from cadangan.engines.mysql.target import connect, option_file
from cadangan.hosts import local
from cadangan.hosts.command import Command
from cadangan.hosts.memory import in_memory

NewDatabase = Callable[..., Target]
_START_SECONDS = 60
_SETTINGS = {
    # A crash loses the data, which is theirs to lose.
    "innodb-flush-log-at-trx-commit": "0",
    "innodb-doublewrite": "0",
    "innodb-buffer-pool-size": "64M",
    "character-set-server": "utf8mb4",
    "skip-name-resolve": "1",
    "skip-log-bin": "1",
    "event-scheduler": "ON",
    "max-allowed-packet": "64M",
}


class MariadbServer:
    """A server in a folder of its own."""

    host = "127.0.0.1"
    user = "root"

    def __init__(self, folder: Path, settings: dict[str, str]) -> None:
        self.password = secrets.token_urlsafe(12)
        self.port = free_port()
        self._folder = folder
        self._settings = _SETTINGS | settings
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """The server's process id."""
        assert self._process
        return self._process.pid

    def start(self) -> "MariadbServer":
        """Make the data where there are none, start the server, and wait until it takes connections."""
        new = not (self._folder / "data").exists()
        if new:
            self._create()
        settings = {
            "port": str(self.port),
            "bind-address": self.host,
            "socket": str(self._folder / "s"),
            **self._settings,
        }
        argv = [program("mariadbd"), "--no-defaults", *_as_root(), f"--datadir={self._folder / 'data'}"]
        argv += [f"--{name}={value}" for name, value in settings.items()]
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                ["setpriv", "--pdeathsig", "KILL", "--", *argv], stdout=log, stderr=log, start_new_session=True
            )
        self._await_ready()
        return self

    def stop(self, number: int = signal.SIGTERM) -> None:
        """Stop the server and wait for its end."""
        process, self._process = self._process, None
        if process:
            process.send_signal(number)
            process.wait(60)

    def _create(self) -> None:
        init = self._folder / "init.sql"
        init.write_text(
            f"DELETE FROM mysql.global_priv WHERE User = 'root' AND Host <> 'localhost';\n"
            f"FLUSH PRIVILEGES;\nCREATE USER root@'127.0.0.1' IDENTIFIED BY '{self.password}';\n"
            "GRANT ALL PRIVILEGES ON *.* TO root@'127.0.0.1' WITH GRANT OPTION;\n"
        )
        argv = [program("mariadb-install-db"), "--no-defaults", *_as_root(), f"--datadir={self._folder / 'data'}"]
        argv += ["--auth-root-authentication-method=normal", "--skip-test-db", f"--extra-file={init}"]
        subprocess.run(argv, check=True, capture_output=True)

    def _runs(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def _await_ready(self) -> None:
        limit = time.monotonic() + _START_SECONDS
        while True:
            try:
                return MySQLdb.connect(host=self.host, port=self.port, user=self.user, password=self.password).close()
            except MySQLdb.OperationalError:
                assert self._runs(), (self._folder / "log").read_text()
                assert time.monotonic() < limit, (self._folder / "log").read_text()
                time.sleep(0.05)


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


def _as_root() -> list[str]:
    return ["--user=root"] if os.geteuid() == 0 else []
