"""Where and as whom to reach a database, and how its password gets to the client programs unseen."""

import contextlib
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import psycopg
from psycopg.conninfo import make_conninfo
from psycopg.rows import DictRow, dict_row

from cadangan.engines.postgres.options import KERBEROS_FILES, VARIABLES
from cadangan.errors import EngineError, TargetUnreachable
from cadangan.hosts import local
from cadangan.hosts.host import Host
from cadangan.hosts.memory import in_memory

APPLICATION = "cadangan"
CONNECT_SECONDS = 10
# A peer that vanished is noticed after 30 + 6 x 10 seconds instead of the two hours of most systems.
KEEPALIVES = {"keepalives_idle": "30", "keepalives_interval": "10", "keepalives_count": "6"}
# PostgreSQL's name for "no encoding": any bytes, which nobody can turn into another encoding.
WITHOUT_ENCODING = "SQL_ASCII"

Connection = psycopg.Connection[DictRow]


@dataclass(frozen=True)
class Target:
    """A database and the account that reads it.

    :param options: of the client library, by its keywords (`engines.postgres.options`).
    :param tunnel: see `Login`.
    :param by_way: a database that exists on that server, to log in to where this one does not yet or no longer.
    """

    host: str
    port: int
    user: str
    password: str = field(repr=False)
    database: str
    options: Mapping[str, str] = field(default_factory=dict)
    tunnel: int | None = None
    by_way: str = "postgres"

    def __str__(self) -> str:
        return f"{self.user}@{self.host}:{self.port}/{self.database}"

    def address(self, host: Host) -> dict[str, str]:
        """Return where a client that runs on `host` connects to, by the library's keywords.

        `host` names the server, for certificates and tickets; `hostaddr` is where a tunnel to it begins.
        """
        if self.tunnel and host is local:
            return {"host": self.host, "hostaddr": "127.0.0.1", "port": str(self.tunnel)}
        return {"host": self.host, "port": str(self.port)}


def connect(target: Target) -> Connection:
    """Return a connection in autocommit mode; raise TargetUnreachable when there is none to be had."""
    conninfo = make_conninfo(
        **target.address(local),
        user=target.user,
        password=target.password,
        dbname=target.database,
        application_name=APPLICATION,
        client_encoding="UTF8",
        connect_timeout=CONNECT_SECONDS,
        **KEEPALIVES,
        **target.options,
    )
    try:
        return psycopg.connect(conninfo, autocommit=True, row_factory=dict_row)
    except psycopg.OperationalError as err:
        raise TargetUnreachable(
            f"Cannot connect to {target}: {str(err).strip()}. Check that the server runs and lets this host in "
            "(pg_hba.conf, firewall), and the host, port, login and password of its Airflow connection."
        ) from err


@contextlib.contextmanager
def credentials(target: Target, encoding: str = "UTF8", host: Host = local) -> Iterator[dict[str, str]]:
    """Give the environment in which PostgreSQL's client programs on `host` reach `target`.

    :param encoding: of the database (`Server.encoding`). A dump of one without encoding holds its bytes as they are,
        any other is in UTF-8.

    The password lies in a file in memory, see `hosts.memory`.

    :raises EngineError: the password holds a line break, which PostgreSQL's password files cannot express.
    """
    with in_memory(_password_line(target).encode()) as path:
        yield environment(target, encoding, host) | {"PGPASSFILE": path}


def environment(target: Target, encoding: str = "UTF8", host: Host = local) -> dict[str, str]:
    """Return what client programs need to know of `target`, without the password; see `credentials`."""
    options = {VARIABLES[name]: value for name, value in target.options.items()}
    # Tickets are of the machine that they were given to.
    tickets = {name: os.environ[name] for name in KERBEROS_FILES if name in os.environ} if host is local else {}
    return {
        **tickets,
        **options,
        **{f"PG{name.upper()}": value for name, value in target.address(host).items()},
        "PGUSER": target.user,
        # Not in argv, where a name such as "host=elsewhere" or "-f" would be taken for something else.
        "PGDATABASE": target.database,
        "PGCLIENTENCODING": encoding if encoding == WITHOUT_ENCODING else "UTF8",
        "PGAPPNAME": APPLICATION,
        "PGCONNECT_TIMEOUT": str(CONNECT_SECONDS),
    }


def _password_line(target: Target) -> str:
    if not target.password:
        return ""
    if any(character in target.password for character in "\r\n"):
        raise EngineError(
            f"The password of {target.user} on {target.host} holds a line break, which PostgreSQL's password files "
            "cannot express. Give the account another password and enter it in the Airflow connection."
        )
    escaped = target.password.replace("\\", "\\\\").replace(":", "\\:")
    return f"*:*:*:*:{escaped}\n"
