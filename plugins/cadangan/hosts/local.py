"""Run a program on this machine: as a source of bytes, as a consumer of bytes, or to its end."""

import contextlib
import subprocess
import threading
from collections.abc import Iterator
from typing import IO

from cadangan.errors import HostError
from cadangan.hosts import child as children
from cadangan.hosts.command import Command, Completed


class Process:
    """A running program whose output is read as a stream. Made by `start`."""

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

    def stderr_tail(self) -> str:
        """Return the last 64 KiB that the program said."""
        return self._messages.text()

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


class Consumer:
    """A running program that is fed. Made by `feeding`.

    :ivar refused: the program closed its input before the end (`pg_restore --list` does so).
    :ivar out_of_time: it was ended because it took too long.
    """

    def __init__(self, command: Command, child: subprocess.Popen[bytes]) -> None:
        if child.stdin is None or child.stdout is None or child.stderr is None:
            raise HostError(f"{command.program} was started without pipes.")
        self.program = command.program
        self.refused = False
        self.out_of_time = False
        self._child = child
        self._stdin: IO[bytes] = child.stdin
        self._output = children.Drain(child.stdout, keep=None)
        self._messages = children.Drain(child.stderr)

    def write(self, data: bytes) -> None:
        """Give all of `data` to the program, or nothing once it has closed its input."""
        rest = memoryview(data)
        while rest and not self.refused:
            try:
                rest = rest[self._stdin.write(rest) :]
            except BrokenPipeError:
                self.refused = True

    def finish(self) -> Completed:
        """Close the input and return how the program ended; raise HostError when its time was up before."""
        with contextlib.suppress(BrokenPipeError):
            self._stdin.close()
        code = self._child.wait()
        if self.out_of_time:
            raise HostError(f"{self.program} took too long and was ended; look at what it waited for.")
        return Completed(code, self._output.content(), self._messages.text())

    def expire(self) -> None:
        """End the program because its time is up."""
        self.out_of_time = True
        children.end(self._child)


@contextlib.contextmanager
def feeding(command: Command, timeout: float) -> Iterator[Consumer]:
    """Run `command` and feed it; after `timeout` seconds it is ended, so that a write to it cannot hang for ever."""
    child = children.spawn(command, stdin=subprocess.PIPE)
    try:
        consumer = Consumer(command, child)
        watchdog = threading.Timer(timeout, consumer.expire)
        watchdog.daemon = True
        watchdog.start()
        try:
            yield consumer
        finally:
            watchdog.cancel()
    finally:
        children.end(child)


def run(command: Command, timeout: float, stdin: bytes = b"") -> Completed:
    """Run `command` to its end and return its whole output; raise HostError after `timeout` seconds."""
    with feeding(command, timeout) as consumer:
        consumer.write(stdin)
        return consumer.finish()
