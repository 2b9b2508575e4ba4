"""Sockets in a private folder, at which this process hands ssh what it logs in with, for as long as a block lasts."""

import contextlib
import logging
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

log = logging.getLogger(__name__)


@contextlib.contextmanager
def answering(path: Path, serve: Callable[[socket.socket], None]) -> Iterator[None]:
    """Listen at `path` and give every connection to `serve`, in a thread of its own."""
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(path))
        listener.listen()
        threading.Thread(target=_accept, args=(listener, serve), name="cadangan-ssh-login", daemon=True).start()
        try:
            yield
        finally:
            # Closing alone would leave the thread waiting.
            with contextlib.suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)


def _accept(listener: socket.socket, serve: Callable[[socket.socket], None]) -> None:
    with contextlib.suppress(OSError):
        while True:
            line, _ = listener.accept()
            threading.Thread(target=_served, args=(line, serve), name="cadangan-ssh-login", daemon=True).start()


def _served(line: socket.socket, serve: Callable[[socket.socket], None]) -> None:
    with line:
        try:
            serve(line)
        except Exception:
            # ssh then fails to log in and says so; the cause is here alone.
            log.warning("An ssh client was not answered", exc_info=True)
