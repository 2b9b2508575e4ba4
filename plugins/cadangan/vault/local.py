"""Folders of this machine: synced, renamed in one step, read from the disk instead of the cache."""

import os
import shutil
from datetime import datetime
from typing import BinaryIO

from fsspec import AbstractFileSystem  # type: ignore[import-untyped]
from fsspec.implementations.local import LocalFileSystem  # type: ignore[import-untyped]


def is_local(fs: AbstractFileSystem) -> bool:
    """Return whether the paths of `fs` are paths of this machine."""
    return isinstance(fs, LocalFileSystem)


def free_bytes(path: str) -> int:
    """Return how much room there is for the local folder `path`, which need not be there yet."""
    path = os.path.abspath(path)
    while not os.path.exists(path):
        path = os.path.dirname(path)
    return shutil.disk_usage(path).free


def sync_file(handle: BinaryIO) -> None:
    """Make the content of an open local file durable."""
    handle.flush()
    os.fsync(handle.fileno())


def sync_folder(path: str) -> None:
    """Make the names in a local folder durable."""
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def begin(fs: AbstractFileSystem, temporary: str, final: str) -> BinaryIO:
    """Open the file `temporary` for writing, in a folder that is made where it is missing."""
    make_folder(os.path.dirname(final))
    handle: BinaryIO = fs.open(temporary, "wb")
    return handle


def settle(handle: BinaryIO) -> bool:
    """Make what was written durable and close; return whether that could be done."""
    sync_file(handle)
    handle.close()
    return True


def drop(handle: BinaryIO) -> None:
    """Close a file that is not to be finished."""
    handle.close()


def publish(fs: AbstractFileSystem, handle: BinaryIO, temporary: str, final: str) -> None:
    """Give the closed file its final name, durably."""
    # The file system's own `mv` would fall back to an unsynced copy.
    os.rename(temporary, final)
    sync_folder(os.path.dirname(final))


def put_aside(fs: AbstractFileSystem, path: str, other: str) -> None:
    """Give a finished file another name."""
    os.rename(path, other)
    sync_folder(os.path.dirname(path))


def listing(fs: AbstractFileSystem, folder: str) -> set[str]:
    """Return the names of what lies in a folder; raise FileNotFoundError when there is none."""
    return set(os.listdir(folder))


def remove(fs: AbstractFileSystem, path: str) -> None:
    """Delete a file; raise FileNotFoundError when there is none."""
    os.remove(path)


def locked_until(fs: AbstractFileSystem, path: str) -> datetime | None:
    """Return None: nothing locks a file here."""
    return None


def make_folder(path: str) -> None:
    """Make a local folder, private to this account, and make its own name durable."""
    if os.path.isdir(path):
        return
    parent = os.path.dirname(path)
    if parent != path:
        make_folder(parent)
    os.makedirs(path, mode=0o700, exist_ok=True)
    sync_folder(parent)


def forget_cached(handle: BinaryIO) -> None:
    """Ask the kernel to drop what it holds of an open local file, so that reading it reads the disk."""
    os.posix_fadvise(handle.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
