"""What the server and the database are."""

import re
from dataclasses import dataclass, replace
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
    database = next(iter(rows_of(connection, "database", target.database)), None)
    if database is None:
        raise EngineError(
            f"{target.host} shows the account {target.user} no database named {target.database!r} (capitals count). "
            f"Check the name in assets.yaml, and GRANT the account what the manual lists."
        )
    return replace(describe_server(connection), encoding=database["encoding"], collation=database["collation"])


def describe_server(connection: Connection) -> Server:
    """Return what the server at the other end is, without a database of it: encoding and collation are empty."""
    found = row(connection, text("server"))
    return Server(
        flavour=flavour_of(f"{found['version']} {found['comment']}"),
        version=found["version"],
        release=release_of(found["version"]),
        encoding="",
        collation="",
        account=found["account"],
    )


def flavour_of(told: str) -> str:
    """Return "MariaDB" or "MySQL", by what a server tells of its version."""
    return "MariaDB" if "mariadb" in told.lower() else "MySQL"


def release_of(version: str) -> tuple[int, int, int]:
    """Return the numbers of a server's version; raise EngineError when there are none."""
    numbers = _VERSION.match(version)
    if numbers is None:
        raise EngineError(f"The server tells no version that is known: {version!r}. See its setting `version`.")
    return (int(numbers[1]), int(numbers[2]), int(numbers[3]))


def now(connection: Connection) -> datetime:
    """Return the server's time in UTC."""
    at: datetime = row(connection, text("now"))["at"]
    return at.replace(tzinfo=UTC)
