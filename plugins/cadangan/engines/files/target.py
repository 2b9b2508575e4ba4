"""Which tree, and what of it is left out."""

from dataclasses import dataclass

from cadangan.engines.contract import Login

# There is no server to reach: the files are read where they lie.
PORT = None


@dataclass(frozen=True)
class Target:
    """A folder with all that is below it on the same file system.

    :param database: its absolute path on its host.
    :param exclude: patterns as GNU tar's --exclude takes them, matched at any depth; "./" binds one to the root.
    :param only: of a restore, the members that are wanted, spelled like in the manifest, with all that is below them;
        none for all.
    """

    database: str
    exclude: tuple[str, ...] = ()
    only: tuple[str, ...] = ()

    def __str__(self) -> str:
        return self.database


def target_of(login: Login, database: str) -> Target:
    """Return the tree at the path `database`, without what `exclude` in `login.extra` names."""
    return Target(database, tuple(login.extra.get("exclude", ())))
