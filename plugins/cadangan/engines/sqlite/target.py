"""Which file: SQLite knows no server and no account."""

from dataclasses import dataclass

from cadangan.engines.contract import Login

# There is no server to reach: the files are read where they lie.
PORT = None


@dataclass(frozen=True)
class Target:
    """A database file.

    :param database: its absolute path on its host.
    """

    database: str

    def __str__(self) -> str:
        return self.database


def target_of(login: Login, database: str) -> Target:
    """Return the file at the path `database`; nobody logs in to it."""
    return Target(database)
