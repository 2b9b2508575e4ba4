"""Keeps a client program from beginning before its time: its option file is a pipe that stays empty until then."""

import contextlib
import os
import threading
from collections.abc import Iterator

from cadangan.hosts.command import OPEN_FILE


class Gate:
    """Made by `closed_gate`.

    :ivar path: under which a program that `hosts` starts finds its option file.
    :ivar passed: set by whoever sees that the client has begun.
    """

    def __init__(self, reader: int, writer: int, content: bytes) -> None:
        self.path = f"{OPEN_FILE}{reader}"
        self.passed = threading.Event()
        self._writer: int | None = writer
        self._content = content

    def open(self) -> None:
        """Let the client have its option file; it fits into the pipe, so nothing here waits for the client."""
        if self._writer is not None:
            os.write(self._writer, self._content)
            self.close()

    def close(self) -> None:
        """Give up a gate that was never opened."""
        writer, self._writer = self._writer, None
        if writer is not None:
            os.close(writer)


@contextlib.contextmanager
def closed_gate(content: bytes) -> Iterator[Gate]:
    """Give a closed gate in front of an option file with this content."""
    reader, writer = os.pipe()
    gate = Gate(reader, writer, content)
    try:
        yield gate
    finally:
        gate.close()
        os.close(reader)
