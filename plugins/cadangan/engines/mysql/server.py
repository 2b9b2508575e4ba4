"""What the server and the database are."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime

from cadangan.engines.mysql.queries import row, rows_of, text
from cadangan.engines.mysql.target import Connection, Target
from cadangan.errors import EngineError

_VERSION = re.compile(r"(\d+)\.(\d+)\.(\d+)")


@dataclass(frozen=True)
class Server:
    """A server, seen through one of its databases.

    :param flavour: "MariaDB" or "MySQL", which decides the client programs.
    :param version: as the server tells it, "10.11.19-MariaDB".
    :param release: its numbers, (10, 11, 19).
    :param account: the account as the server matched it, "cadangan@%".
    """

    flavour: str
    version: str
    release: tuple[int, int, int]
    encoding: str
    collation: str
    account: str


def describe(connection: Connection, target: Target) -> Server:
    """Return what the server at the other end is; raise EngineError when it has no such database for this account."""
    found = row(connection, text("server"))
    numbers = _VERSION.match(found["version"])
    database = next(iter(rows_of(connection, "database", target.database)), None)
    if numbers is None or database is None:
        raise EngineError(
            f"{target.host} shows the account {target.user} no database named {target.database!r} (capitals count). "
            f"Check the name in assets.yaml, and GRANT the account what the manual lists."
        )
    mariadb = "mariadb" in f"{found['version']} {found['comment']}".lower()
    return Server(
        flavour="MariaDB" if mariadb else "MySQL",
        version=found["version"],
        release=(int(numbers[1]), int(numbers[2]), int(numbers[3])),
        encoding=database["encoding"],
        collation=database["collation"],
        account=found["account"],
    )


def now(connection: Connection) -> datetime:
    """Return the server's time in UTC."""
    at: datetime = row(connection, text("now"))["at"]
    return at.replace(tzinfo=UTC)
