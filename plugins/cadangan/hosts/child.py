"""The child process itself: it starts in a group of its own, dies with this process, and is ended as a group."""

import contextlib
import fcntl
import os
import shutil
import signal
import subprocess
import threading
from collections import deque
from typing import IO

from cadangan.errors import HostError, ProgramMissing
from cadangan.hosts.command import Command

TAIL_BYTES = 64 * 1024
PIPE_BYTES = 1024 * 1024
GRACE_SECONDS = 5.0
_CHUNK = 64 * 1024


def spawn(command: Command, prefix: tuple[str, ...] = (), stdin: int = subprocess.DEVNULL) -> subprocess.Popen[bytes]:
    """Start `command` behind `prefix` with its output and messages on pipes; raise HostError when it cannot start.

    The kernel kills the child when the *thread* that calls this ends, so call it from one that outlives the child.
    """
    if shutil.which(command.argv[0]) is None:
        # The prefix would start and end badly, with a message about itself.
        raise ProgramMissing(f"Cannot start {command.argv[0]}: no such program. Install it or mend client_dirs.")
    try:
        return subprocess.Popen(
            [*_dying_with_parent(), *prefix, *command.argv],
            stdin=stdin,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=minimal_env() | dict(command.env),
            pass_fds=command.handed_over,
            bufsize=0,
            start_new_session=True,
        )
    except OSError as err:
        raise HostError(f"Cannot start {command.program}: {err.strerror}. Look at the host's limits.") from err


def minimal_env() -> dict[str, str]:
    """Return what programs need of this process's environment; Airflow's own holds connections with passwords."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return kept | {"LANG": "C.UTF-8", "LC_ALL": "C.UTF-8"}


def _dying_with_parent() -> tuple[str, ...]:
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        raise HostError("Program setpriv is missing; install the package util-linux.")
    return (setpriv, "--pdeathsig", "KILL", "--")


def wide_buffer() -> tuple[str, ...]:
    """Return the prefix that makes a C program write 1 MiB at a time, or nothing where coreutils lacks it."""
    stdbuf = shutil.which("stdbuf")
    return (stdbuf, "-o1M") if stdbuf else ()


def widen(pipe: IO[bytes]) -> None:
    """Enlarge a pipe's buffer; where the system's limit forbids it the dump is slower, not wrong."""
    with contextlib.suppress(OSError):
        fcntl.fcntl(pipe.fileno(), fcntl.F_SETPIPE_SZ, PIPE_BYTES)


def end(child: subprocess.Popen[bytes]) -> None:
    """End the child and all of its group: TERM, after 5 s KILL; then reap it."""
    if child.poll() is None:
        _signal_group(child.pid, signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(GRACE_SECONDS)
    # Also after a clean end: what the child itself left running in its group must not live on.
    _signal_group(child.pid, signal.SIGKILL)
    child.wait()


def _signal_group(pid: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(pid, number)


class Drain:
    """Reads a pipe to its end in a thread, so that the child never blocks on it, and keeps the last bytes.

    :param keep: how many bytes to keep; None keeps all.
    """

    def __init__(self, pipe: IO[bytes], keep: int | None = TAIL_BYTES) -> None:
        self._pipe = pipe
        self._keep = keep
        self._parts: deque[bytes] = deque()
        self._size = 0
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self) -> None:
        with contextlib.suppress(OSError, ValueError):  # closed under our feet when the child is ended
            while part := self._pipe.read(_CHUNK):
                self._add(part)

    def _add(self, part: bytes) -> None:
        with self._lock:
            self._parts.append(part)
            self._size += len(part)
            while self._keep is not None and self._size - len(self._parts[0]) >= self._keep:
                self._size -= len(self._parts.popleft())

    def content(self, timeout: float = 2.0) -> bytes:
        """Return what was kept, after waiting `timeout` seconds at most for the pipe's end."""
        self._thread.join(timeout)
        with self._lock:
            whole = b"".join(self._parts)
        return whole if self._keep is None else whole[-self._keep :]

    def text(self, timeout: float = 2.0) -> str:
        """Return what was kept as text; see `content`."""
        return self.content(timeout).decode("utf-8", "replace").strip()
