"""Files and folders of this machine beside others, by names of Cadangan's own: for engines without a server."""

import contextlib
import os
import shutil
from pathlib import Path

from cadangan.core.side_names import SideName, parse_side_name
from cadangan.errors import NameInvalid, RestoreRefused, TargetUnreachable


def sides_beside(path: Path) -> list[SideName]:
    """Return the names in the folder of `path` that Cadangan gave; raise TargetUnreachable when it cannot be listed."""
    found = []
    try:
        for each in path.parent.iterdir():
            with contextlib.suppress(NameInvalid):
                found.append(parse_side_name(each.name))
    except OSError as err:
        raise TargetUnreachable(
            f"The folder {path.parent} cannot be listed: {err.strerror}. Make it, or let this account enter it."
        ) from err
    return found


def require_side(path: Path) -> None:
    """Raise RestoreRefused unless `path` has a name that Cadangan gave."""
    try:
        parse_side_name(path.name)
    except NameInvalid as err:
        raise RestoreRefused(
            f"{path} was not removed: it is nothing that Cadangan made. Remove it by hand if it is to go."
        ) from err


def is_there(path: Path) -> bool:
    """Return whether something by that name is there, a link to nowhere included."""
    return path.exists() or path.is_symlink()


def remove_tree(path: Path) -> None:
    """Remove a folder with all that is below it, whatever the modes of its folders; raise OSError."""
    path.chmod(0o700)
    for at, names, _ in os.walk(path):
        for folder in (Path(at, name) for name in names):
            if not folder.is_symlink():
                folder.chmod(0o700)
    shutil.rmtree(path)
