"""Folders of other machines: made durable as far as the server offers it; SFTP servers have an extension for it."""

from datetime import datetime
from typing import BinaryIO

from fsspec import AbstractFileSystem  # type: ignore[import-untyped]

# SSH_FX_OP_UNSUPPORTED: the server does not know fsync@openssh.com.
_UNSUPPORTED = 8


def sync_file(handle: BinaryIO) -> bool:
    """Have the content of an open file made durable at its destination; return whether that can be asked for there."""
    sync = getattr(handle, "fsync", None)
    if sync is None:
        return False
    try:
        sync()
    except Exception as err:
        if getattr(err, "code", None) == _UNSUPPORTED:
            return False
        raise
    return True


def begin(fs: AbstractFileSystem, temporary: str, final: str) -> BinaryIO:
    """Open the file `temporary` for writing, in a folder that is made where it is missing."""
    fs.makedirs(final.rpartition("/")[0], exist_ok=True)
    handle: BinaryIO = fs.open(temporary, "wb")
    return handle


def settle(handle: BinaryIO) -> bool:
    """Make what was written durable and close; return whether that could be asked for."""
    synced = sync_file(handle)
    handle.close()
    return synced


def drop(handle: BinaryIO) -> None:
    """Close a file that is not to be finished."""
    handle.close()


def publish(fs: AbstractFileSystem, handle: BinaryIO, temporary: str, final: str) -> None:
    """Give the closed file its final name."""
    fs.mv(temporary, final)


def put_aside(fs: AbstractFileSystem, path: str, other: str) -> None:
    """Give a finished file another name."""
    fs.mv(path, other)


def listing(fs: AbstractFileSystem, folder: str) -> set[str]:
    """Return the names of what lies in a folder; raise FileNotFoundError when there is none."""
    fs.invalidate_cache(folder)
    return {path.rstrip("/").rpartition("/")[2] for path in fs.ls(folder, detail=False)}


def remove(fs: AbstractFileSystem, path: str) -> None:
    """Delete a file; raise FileNotFoundError when there is none."""
    fs.rm_file(path)


def locked_until(fs: AbstractFileSystem, path: str) -> datetime | None:
    """Return None: nothing locks a file here."""
    return None
