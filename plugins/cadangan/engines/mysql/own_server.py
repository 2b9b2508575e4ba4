"""A MariaDB server of one's own: reached by a socket in its folder, gone when its starter is gone."""

import os
import secrets
import shutil
import signal
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

import MySQLdb

from cadangan.errors import EngineError

_BASE: Mapping[str, str] = {"skip-networking": "1", "skip-log-bin": "1", "character-set-server": "utf8mb4"}
# What the kernel takes for the path of a socket.
_LONGEST_SOCKET = 107
_START_SECONDS = 60.0


@dataclass(frozen=True)
class Programs:
    """Paths of the server and of what makes its data."""

    server: str
    installer: str


class MariadbServer:
    """A server in `folder`, its data made there when they are new; a context manager that starts and ends it.

    :param settings: server settings by name, with dashes; without others it is reached by its socket alone.
    :param user: the administrator's name, and where it logs in from.
    """

    def __init__(
        self,
        folder: Path,
        programs: Programs,
        settings: Mapping[str, str] | None = None,
        user: str = "root",
        comes_from: str = "localhost",
    ) -> None:
        self.user = user
        self.password = secrets.token_urlsafe(18)
        self.folder = folder.absolute()
        self._programs = programs
        self._comes_from = comes_from
        self._settings = {**_BASE, **(settings or {})}
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def socket(self) -> Path:
        """Where it listens."""
        return self.folder / "s"

    @property
    def log(self) -> Path:
        """The server's log, beside the data."""
        return self.folder / "log"

    @property
    def pid(self) -> int:
        """The server's process id; raise EngineError when it does not run."""
        if self._process is None:
            raise EngineError(f"The MariaDB server in {self.folder} is not running; start it first.")
        return self._process.pid

    def start(self) -> "MariadbServer":
        """Start the server and return it when it takes connections; raise EngineError when it does not."""
        if len(os.fsencode(self.socket)) > _LONGEST_SOCKET:
            raise EngineError(
                f"The path {self.socket} is too long for a socket. Name a shorter folder in restore.staging_dir of "
                "policies.yaml."
            )
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        beginning = self.folder / "begin.sql"
        if not self._data.exists():
            self._create()
            beginning.touch(mode=0o600)
            beginning.write_text(self._account(), encoding="utf-8")
        self._process = self._launch(beginning)
        try:
            self._await_ready(self._process)
        except EngineError:
            self.stop(signal.SIGKILL)
            raise
        finally:
            beginning.unlink(missing_ok=True)
        return self

    def stop(self, number: int = signal.SIGTERM) -> None:
        """End the server by a signal and wait for its end; nothing happens when it does not run."""
        process, self._process = self._process, None
        if process is not None:
            process.send_signal(number)
            process.wait()

    def __enter__(self) -> "MariadbServer":
        return self.start()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        # Nobody needs what is in it.
        self.stop(signal.SIGKILL)

    @property
    def _data(self) -> Path:
        return self.folder / "data"

    def _create(self) -> None:
        argv = [self._programs.installer, "--no-defaults", *_as_root(), f"--datadir={self._data}"]
        argv += ["--auth-root-authentication-method=normal", "--skip-test-db"]
        done = subprocess.run(argv, stdin=subprocess.DEVNULL, capture_output=True, check=False)
        if done.returncode != 0:
            said = (done.stderr or done.stdout).decode(errors="replace").strip()
            raise EngineError(f"{self._programs.installer} failed in {self._data}: {said}")

    def _account(self) -> str:
        """Return the statements, a line each, that make the administrator and leave no other one without password."""
        name = f"`{self.user}`@`{self._comes_from}`"
        return (
            f"CREATE OR REPLACE USER {name} IDENTIFIED BY '{self.password}';\n"
            f"GRANT ALL PRIVILEGES ON *.* TO {name} WITH GRANT OPTION;\n"
            f"DELETE FROM mysql.global_priv WHERE User = 'root' AND Host NOT IN ('localhost', '{self._comes_from}');\n"
            "FLUSH PRIVILEGES;\n"
        )

    def _launch(self, beginning: Path) -> subprocess.Popen[bytes]:
        settings = {"datadir": str(self._data), "socket": str(self.socket), "tmpdir": str(self.folder)}
        settings |= {"pid-file": str(self.folder / "pid"), **self._settings}
        if beginning.exists():
            settings["init-file"] = str(beginning)
        argv = [self._programs.server, "--no-defaults", *_as_root()]
        argv += [f"--{name}={value}" for name, value in settings.items()]
        with self.log.open("ab") as log:
            return subprocess.Popen(
                [_setpriv(), "--pdeathsig", "KILL", "--", *argv],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def _await_ready(self, process: subprocess.Popen[bytes]) -> None:
        limit = time.monotonic() + _START_SECONDS
        while True:
            try:
                return self._greet()
            except MySQLdb.OperationalError as err:
                if process.poll() is not None or time.monotonic() > limit:
                    raise EngineError(
                        f"MariaDB did not start in {self.folder}: {err.args[-1]}; the end of its log:\n"
                        f"{_tail(self.log)}"
                    ) from err
                time.sleep(0.05)

    def _greet(self) -> None:
        MySQLdb.connect(
            host=self._comes_from, user=self.user, password=self.password, unix_socket=str(self.socket)
        ).close()


def _as_root() -> list[str]:
    return ["--user=root"] if os.geteuid() == 0 else []


def _setpriv() -> str:
    path = shutil.which("setpriv")
    if path is None:
        raise EngineError("Program setpriv is missing; install the package util-linux.")
    return path


def _tail(path: Path) -> str:
    return path.read_bytes()[-4000:].decode(errors="replace") if path.is_file() else "(no log)"
