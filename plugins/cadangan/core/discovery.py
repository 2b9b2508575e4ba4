"""Compare what is on a server with what is registered there."""

import enum
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase


@enum.unique
class Kind(enum.StrEnum):
    """What is wrong with a name."""

    UNREGISTERED = "unregistered"
    VANISHED = "vanished"


@dataclass(frozen=True)
class Discovery:
    """What a look at one server showed.

    :param unregistered: databases (paths of files or folders) that no asset names.
    :param vanished: names of assets whose database is not there.
    :param doubt: why the look does not tell all, in Indonesian; empty when it does.
    :param trouble: why there was no look, in Indonesian; empty when there was.
    """

    server: str
    unregistered: tuple[str, ...] = ()
    vanished: tuple[str, ...] = ()
    doubt: str = ""
    trouble: str = ""

    @property
    def in_order(self) -> bool:
        """Whether the server was looked at and nothing was found."""
        return not (self.unregistered or self.vanished or self.trouble)

    def found(self) -> list[tuple[Kind, str]]:
        """Return every finding: its kind, and the database or asset."""
        return [
            *((Kind.UNREGISTERED, name) for name in self.unregistered),
            *((Kind.VANISHED, name) for name in self.vanished),
        ]


def unregistered(there: Iterable[str], registered: Iterable[str], ignored: Iterable[str]) -> tuple[str, ...]:
    """Return the names on the server that no asset has and that are not to be ignored, sorted."""
    known, patterns = set(registered), tuple(ignored)
    return tuple(
        sorted(name for name in set(there) - known if not any(fnmatchcase(name, pattern) for pattern in patterns))
    )


def uncovered(folders: Iterable[str], registered: Iterable[str], ignored: Iterable[str]) -> tuple[str, ...]:
    """Return the folders of which no registered tree is a part, and which are part of none, sorted."""
    trees = [tree.rstrip("/") + "/" for tree in registered]
    left = [
        folder
        for folder in folders
        if not any(tree.startswith(f"{folder}/") or f"{folder}/".startswith(tree) for tree in trees)
    ]
    return unregistered(left, (), ignored)


def vanished(databases: Mapping[str, str], there: Iterable[str]) -> tuple[str, ...]:
    """Return the assets whose database is not among those that are there, sorted.

    :param databases: the database of every asset, by the asset's name.
    """
    names = set(there)
    return tuple(sorted(asset for asset, database in databases.items() if database not in names))
