"""Folders made beside others on this machine, and removed again."""

import contextlib
from collections.abc import Iterator, Sequence
from pathlib import Path

from cadangan.core.manifest import Manifest
from cadangan.core.side_names import SideName
from cadangan.engines.beside import is_there, remove_tree, require_side, sides_beside
from cadangan.engines.files.client import find_tar
from cadangan.engines.files.target import Target
from cadangan.errors import EngineError
from cadangan.hosts import local


def side(target: Target, name: SideName) -> Target:
    """Return another folder beside that of `target`; see the contract."""
    return Target(str(Path(target.database).with_name(str(name))))


def sides(target: Target) -> list[SideName]:
    """Return the names of the folders beside it that Cadangan made."""
    return sides_beside(Path(target.database))


def exists(target: Target) -> bool:
    """Return whether something by that name is there."""
    return is_there(Path(target.database))


def create(target: Target, manifest: Manifest) -> None:
    """Make the folder, empty, for its owner alone; see the contract."""
    try:
        Path(target.database).mkdir(mode=0o700)
    except OSError as err:
        raise EngineError(f"{target} could not be made: {err.strerror}.") from err


def is_empty(target: Target) -> bool:
    """Return whether it is a folder with nothing in it; raise EngineError when it cannot be listed."""
    path = Path(target.database)
    if path.is_symlink() or not path.is_dir():
        return False
    try:
        return next(path.iterdir(), None) is None
    except OSError as err:
        raise EngineError(f"{target} cannot be listed: {err.strerror}. Let this account enter it.") from err


def drop(target: Target) -> None:
    """Remove the folder with all that is in it; see the contract."""
    path = Path(target.database)
    require_side(path)
    if not is_there(path):
        return
    try:
        remove_tree(path)
    except OSError as err:
        raise EngineError(f"{target} could not be removed: {err.strerror} ({err.filename}).") from err


@contextlib.contextmanager
def embedded(manifest: Manifest, client_dirs: Sequence[str], folder: Path) -> Iterator[Target]:
    """Give a name in `folder`; see the contract."""
    find_tar(local)
    yield Target(str(folder / "embedded"))
