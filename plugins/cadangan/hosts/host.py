"""What a host can do; the module `hosts.local` is this machine."""

from contextlib import AbstractContextManager
from typing import IO, Protocol

from cadangan.hosts.command import Command, Completed


class Process(Protocol):
    """A running program whose output is read as a stream.

    :ivar program: its name, for messages.
    :ivar packed: its output comes compressed, as one frame of zstd; it has ended well only if that is whole.
    """

    program: str
    packed: bool
    stdout: IO[bytes]

    def wait(self, timeout: float | None = None) -> int:
        """Return the exit code (negative: killed by that signal); raise HostError after `timeout` seconds."""

    def stderr_tail(self) -> str:
        """Return the end of what the program said."""

    def end(self) -> None:
        """End the program and what it started, if it still runs."""


class Host(Protocol):
    """A machine on which client programs run.

    :ivar name: for messages.
    """

    @property
    def name(self) -> str: ...

    def start(self, command: Command) -> AbstractContextManager[Process]:
        """Run `command` and read its output; on leaving it is ended whatever happened. Raise HostError."""

    def stream(self, command: Command) -> AbstractContextManager[Process]:
        """Do the same with a command whose output is to be stored: it may come compressed (`Process.packed`)."""

    def run(self, command: Command, timeout: float, stdin: bytes = b"") -> Completed:
        """Run `command` to its end and return its whole output; raise HostError after `timeout` seconds."""
