"""Database files made beside others on this machine, and removed again."""

import contextlib
from collections.abc import Iterator, Sequence
from pathlib import Path

from cadangan.core.manifest import Manifest
from cadangan.core.side_names import SideName
from cadangan.engines.beside import is_there, require_side, sides_beside
from cadangan.engines.sqlite.client import find_client
from cadangan.engines.sqlite.target import Target
from cadangan.errors import EngineError
from cadangan.hosts import local

# SQLite takes what lies there for a part of the database.
BESIDE = ("-wal", "-shm", "-journal")


def side(target: Target, name: SideName) -> Target:
    """Return another file in the folder of `target`; see the contract."""
    return Target(str(Path(target.database).with_name(str(name))))


def sides(target: Target) -> list[SideName]:
    """Return the names of the files in that folder that Cadangan made."""
    return sides_beside(Path(target.database))


def exists(target: Target) -> bool:
    """Return whether something by that name is there."""
    return is_there(Path(target.database))


def create(target: Target, manifest: Manifest) -> None:
    """Make the file, empty, for its owner alone; see the contract."""
    try:
        Path(target.database).touch(mode=0o600, exist_ok=False)
    except OSError as err:
        raise EngineError(f"{target} could not be made: {err.strerror}.") from err


def is_empty(target: Target) -> bool:
    """Return whether it is a file without a byte, and nothing lies beside it that would be taken for a part of it."""
    path = Path(target.database)
    plain = path.is_file() and not path.is_symlink()
    return plain and path.stat().st_size == 0 and not any(Path(f"{path}{suffix}").exists() for suffix in BESIDE)


def drop(target: Target) -> None:
    """Remove the file and what lies beside it; see the contract."""
    path = Path(target.database)
    require_side(path)
    try:
        for suffix in (*BESIDE, ""):
            Path(f"{path}{suffix}").unlink(missing_ok=True)
    except OSError as err:
        raise EngineError(f"{target} could not be removed: {err.strerror}.") from err


@contextlib.contextmanager
def embedded(manifest: Manifest, client_dirs: Sequence[str], folder: Path) -> Iterator[Target]:
    """Give a name in `folder`; see the contract."""
    find_client(local)
    yield Target(str(folder / "embedded"))
