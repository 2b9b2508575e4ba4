"""Secrets on their way to a client program: a file in memory instead of an argument or an environment variable."""

import contextlib
import os
from collections.abc import Iterator

from cadangan.hosts.command import OPEN_FILE


@contextlib.contextmanager
def in_memory(content: bytes) -> Iterator[str]:
    """Give the path under which a program that a host starts finds `content`, as argument or in its environment.

    The file has no name and is gone when the block or this process ends, however it ends. The program finds it among
    its own open files: reaching into this process from outside would not do, Airflow shuts its tasks against that.
    """
    descriptor = os.memfd_create("cadangan")
    try:
        os.fchmod(descriptor, 0o600)
        os.write(descriptor, content)
        yield f"{OPEN_FILE}{descriptor}"
    finally:
        os.close(descriptor)
