"""What only this machine's file systems offer: syncing, and reading from the disk instead of the cache."""

import os
import shutil
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
