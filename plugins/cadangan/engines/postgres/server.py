"""What the server and the database are."""

from dataclasses import dataclass

from cadangan.engines.postgres.queries import row
from cadangan.engines.postgres.target import Connection


@dataclass(frozen=True)
class Server:
    """A server, seen through one of its databases.

    :param version: as the server tells it, "16.4 (Debian 16.4-1)".
    :param reads_passwords: the account may read the roles' password hashes, so that the globals can hold them.
    """

    version: str
    major: int
    encoding: str
    collation: str
    reads_passwords: bool


def describe(connection: Connection) -> Server:
    """Return what the server at the other end is."""
    return Server(**row(connection, "server"))
