"""Where and as whom to reach a database, and how its password gets to the client programs unseen."""

import contextlib
import socket
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import MySQLdb
import MySQLdb.cursors
from MySQLdb.connections import Connection as Driver

from cadangan.engines.mysql.options import for_client, for_driver
from cadangan.errors import TargetUnreachable
from cadangan.hosts import local
from cadangan.hosts.host import Host

CONNECT_SECONDS = 10
CHARSET = "utf8mb4"
# A peer that vanished is noticed after 30 + 6 x 10 seconds instead of the two hours of most systems.
_KEEPALIVES = {socket.TCP_KEEPIDLE: 30, socket.TCP_KEEPINTVL: 10, socket.TCP_KEEPCNT: 6}
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b"}


class Cursor(Protocol):
    """What is used of the driver's cursors."""

    def execute(self, query: str, args: object = None) -> object:
        """Run a statement."""

    def fetchall(self) -> Sequence[dict[str, Any]]:
        """Return what it found."""

    def close(self) -> None:
        """Give the cursor up."""


class Connection:
    """A session on a server. The driver lets one thread at a time use it; `hang_up` is for any other.

    :ivar number: the server's number for this session.
    """

    def __init__(self, driver: Driver) -> None:
        self._driver = driver
        self._line = socket.fromfd(driver.fileno(), socket.AF_INET, socket.SOCK_STREAM)
        self.number: int = driver.thread_id()
        with contextlib.suppress(OSError):  # a socket in the file system has no such options
            self._line.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
            for option, seconds in _KEEPALIVES.items():
                self._line.setsockopt(socket.IPPROTO_TCP, option, seconds)

    def cursor(self) -> Cursor:
        """Return a cursor whose rows are dictionaries."""
        cursor: Cursor = self._driver.cursor()
        return cursor

    def hang_up(self) -> None:
        """Cut the line, so that no thread waits on for a server that does not answer."""
        with contextlib.suppress(OSError):
            self._line.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Take leave of the server."""
        with contextlib.suppress(MySQLdb.Error):
            self._driver.close()
        self._line.close()


@dataclass(frozen=True)
class Target:
    """A database and the account that reads it.

    :param options: see `engines.mysql.options`.
    :param tunnel: see `Login`.
    :param throwaway: whether the whole server is thrown away, so that a back-up can go into it under its own name. A
        dump may hold that name: in defaults that are numbers of a sequence, and in views whose definer is gone.
    """

    host: str
    port: int
    user: str
    password: str = field(repr=False)
    database: str
    options: Mapping[str, str] = field(default_factory=dict)
    tunnel: int | None = None
    throwaway: bool = False

    def __str__(self) -> str:
        return f"{self.user}@{self.host}:{self.port}/{self.database}"

    def address(self, host: Host) -> tuple[str, int]:
        """Return host and port at which a client that runs on `host` finds the server."""
        return ("127.0.0.1", self.tunnel) if self.tunnel and host is local else (self.host, self.port)


def connect(target: Target, answer_timeout: int = 0) -> Connection:
    """Return a connection in autocommit mode that has chosen no database; raise TargetUnreachable.

    :param answer_timeout: seconds that the server has for each answer, its greeting included; 0 is for ever.

    A client that has chosen the database is so known to be no session of ours, see `engines.mysql.window`.
    """
    address, port = target.address(local)
    try:
        driver = MySQLdb.connect(
            host=address,
            port=port,
            user=target.user,
            password=target.password,
            charset=CHARSET,
            autocommit=True,
            connect_timeout=CONNECT_SECONDS,
            read_timeout=answer_timeout,
            cursorclass=MySQLdb.cursors.DictCursor,
            **for_driver(target.options),
        )
    except MySQLdb.Error as err:
        raise TargetUnreachable(
            f"Cannot connect to {target}: {err.args[-1]}. Check that the server runs and lets this host in (the "
            "account's host part, firewall), and the host, port, login and password of its Airflow connection."
        ) from err
    return Connection(driver)


def option_file(target: Target, flavour: str, host: Host = local) -> bytes:
    """Return the content of an option file with which client programs on `host` reach `target`."""
    address, port = target.address(host)
    lines: dict[str, str | None] = {
        "host": address,
        "port": str(port),
        "user": target.user,
        "password": target.password,
        "default-character-set": CHARSET,
    }
    if "socket" not in target.options:
        # The clients take "localhost" for a socket otherwise, past the port.
        lines["protocol"] = "tcp"
    lines |= for_client(target.options, flavour)
    text = "".join(f"{name}\n" if value is None else f"{name}={_quoted(value)}\n" for name, value in lines.items())
    return f"[client]\n{text}".encode()


def _quoted(value: str) -> str:
    return '"' + "".join(_ESCAPES.get(character, character) for character in value) + '"'
