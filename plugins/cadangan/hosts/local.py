"""Run a program on this machine: as a source of bytes, as a consumer of bytes, or to its end."""

import contextlib
import os
import select
import subprocess
from collections.abc import Iterator
from typing import IO

from cadangan.errors import HostError
from cadangan.hosts import child as children
from cadangan.hosts.command import Command, Completed

name = "this machine"


class Process:
    """A running program whose output is read as a stream. Made by `start`."""

    packed = False

    def __init__(self, command: Command, child: subprocess.Popen[bytes]) -> None:
        if child.stdout is None or child.stderr is None:
            raise HostError(f"{command.program} was started without pipes.")
        self.program = command.program
        self.pid = child.pid
        self.stdout: IO[bytes] = child.stdout
        self._child = child
        self._messages = children.Drain(child.stderr)

    def wait(self, timeout: float | None = None) -> int:
        """Return the exit code (negative: killed by that signal); raise HostError after `timeout` seconds."""
        try:
            return self._child.wait(timeout)
        except subprocess.TimeoutExpired as err:
            raise HostError(f"{self.program} did not end within {timeout} s; look at what it waits for.") from err

    def ended(self) -> bool:
        """Return whether the program has ended."""
        return self._child.poll() is not None

    def stderr_tail(self, timeout: float = 2.0) -> str:
        """Return the last 64 KiB that the program said, after waiting `timeout` seconds at most for more of it."""
        return self._messages.text(timeout)

    def end(self) -> None:
        """End the program and its group, if it still runs."""
        children.end(self._child)


@contextlib.contextmanager
def start(command: Command) -> Iterator[Process]:
    """Run `command` and read its output; on leaving, it and its group are ended whatever happened."""
    child = children.spawn(command, prefix=children.wide_buffer())
    try:
        process = Process(command, child)
        children.widen(process.stdout)
        yield process
    finally:
        children.end(child)


# What is to be stored is compressed by the stream itself.
stream = start


class Consumer:
    """A running program that is fed. Made by `feeding`.

    :ivar refused: the program closed its input before the end (`pg_restore --list` does so).
    """

    def __init__(self, command: Command, child: subprocess.Popen[bytes], timeout: float) -> None:
        if child.stdin is None or child.stdout is None or child.stderr is None:
            raise HostError(f"{command.program} was started without pipes.")
        self.refused = False
        self._program = command.program
        self._timeout = timeout
        self._child = child
        self._stdin: IO[bytes] = child.stdin
        os.set_blocking(self._stdin.fileno(), False)
        children.widen(self._stdin)
        self._output = children.Drain(child.stdout, keep=None)
        self._messages = children.Drain(child.stderr)

    def write(self, data: bytes) -> None:
        """Give all of `data` to the program, or nothing once it has closed its input; raise HostError."""
        rest = memoryview(data)
        while rest and not self.refused:
            try:
                written: int | None = self._stdin.write(rest)
            except BrokenPipeError:
                self.refused = True
                return
            if written is None:
                self._wait_writable()
            else:
                rest = rest[written:]

    def _wait_writable(self) -> None:
        if not select.select([], [self._stdin], [], self._timeout)[1]:
            raise self._too_slow()

    def finish(self) -> Completed:
        """Close the input and return how the program ended; raise HostError."""
        with contextlib.suppress(BrokenPipeError):
            self._stdin.close()
        try:
            code = self._child.wait(self._timeout)
        except subprocess.TimeoutExpired as err:
            raise self._too_slow() from err
        return Completed(code, self._output.content(), self._messages.text())

    def _too_slow(self) -> HostError:
        return HostError(f"{self._program} did nothing for {self._timeout:g} s and was ended; see what it waited for.")


@contextlib.contextmanager
def feeding(command: Command, timeout: float) -> Iterator[Consumer]:
    """Run `command` and feed it; on leaving, it and its group are ended whatever happened.

    :param timeout: seconds it may take no byte, and seconds it may take to end once its input ended.
    """
    child = children.spawn(command, stdin=subprocess.PIPE)
    try:
        yield Consumer(command, child, timeout)
    finally:
        children.end(child)


def run(command: Command, timeout: float, stdin: bytes = b"") -> Completed:
    """Run `command` to its end and return its whole output; raise HostError after `timeout` seconds."""
    with feeding(command, timeout) as consumer:
        consumer.write(stdin)
        return consumer.finish()
