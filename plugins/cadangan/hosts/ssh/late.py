"""Files that a program on another host waits for: sent on as soon as their content is there."""

import contextlib
import os
import select
import threading
from collections.abc import Iterator, Sequence
from typing import IO

from cadangan.hosts.ssh.line import framed

_LOOK_SECONDS = 0.1
_CHUNK = 64 * 1024


@contextlib.contextmanager
def sending(pipes: Sequence[int], line: IO[bytes]) -> Iterator[None]:
    """For the length of the block, send what each of `pipes` holds into `line` once that pipe is at its end."""
    given_up = threading.Event()
    thread = threading.Thread(target=_send, args=(pipes, line, given_up), name="cadangan-late", daemon=True)
    if pipes:
        thread.start()
    try:
        yield
    finally:
        given_up.set()
        if pipes:
            thread.join()


def _send(pipes: Sequence[int], line: IO[bytes], given_up: threading.Event) -> None:
    # A line that is broken shows at its other end, where the program's output is read.
    with contextlib.suppress(OSError):
        for pipe in pipes:
            content = _content(pipe, given_up)
            if content is None:
                return
            line.write(framed(content))


def _content(pipe: int, given_up: threading.Event) -> bytes | None:
    """Return what the pipe gives until its end, None when it is given up before that."""
    content = b""
    while not given_up.is_set():
        if select.select([pipe], [], [], _LOOK_SECONDS)[0]:
            part = os.read(pipe, _CHUNK)
            if not part:
                return content
            content += part
    return None
