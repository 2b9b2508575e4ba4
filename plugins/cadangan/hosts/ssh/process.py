"""A program on another host, seen through the ssh client that brings its output."""

import contextlib
import os
import select
import signal
import subprocess
import time
from collections.abc import Iterator
from typing import IO

from cadangan.errors import HostError, HostUnreachable, ProgramMissing
from cadangan.hosts import child as children
from cadangan.hosts import local
from cadangan.hosts.command import Command
from cadangan.hosts.ssh.failure import failure
from cadangan.hosts.ssh.late import sending
from cadangan.hosts.ssh.line import NO_PROGRAM, NO_ZSTD, READY, Line
from cadangan.hosts.ssh.way import Way

_SSH_FAILED = 255
_SIGNALS = 128
# Beyond the time to connect: to exchange keys, to log in, and to start a shell.
_LOGIN_SECONDS = 60.0
_RUBBISH_BYTES = 64 * 1024


class Process:
    """See `hosts.host.Process`. Made by `started`."""

    def __init__(self, program: str, ssh: local.Process, way: Way, packed: bool) -> None:
        self.program = program
        self.packed = packed
        self.stdout: IO[bytes] = ssh.stdout
        self._ssh = ssh
        self._way = way

    def wait(self, timeout: float | None = None) -> int:
        """See the protocol; raise HostUnreachable too when the connection was lost, however far the output had come."""
        code = self._ssh.wait(timeout)
        if code == _SSH_FAILED or code < 0:
            raise failure(self._way.login, self.stderr_tail())
        return _SIGNALS - code if _is_signal(code - _SIGNALS) else code

    def stderr_tail(self) -> str:
        """Return the last 64 KiB that the program, or ssh, said."""
        return self._ssh.stderr_tail()

    def end(self) -> None:
        """End the connection, and with it the program and all of its group there."""
        self._ssh.end()


@contextlib.contextmanager
def started(way: Way, command: Command, line: Line, packed: bool) -> Iterator[Process]:
    """Run `line`, which stands for `command`, on the other end of `way`; on leaving it is ended whatever happened.

    :raises HostUnreachable: there is no getting there.
    :raises HostKeyRefused: another host's key, or an unknown one.
    :raises ProgramMissing: what is to run is not installed there.
    """
    child = children.spawn(way.command("-oLogLevel=ERROR", "-T", remote=line.text), stdin=subprocess.PIPE)
    try:
        ssh = local.Process(command, child)
        children.widen(ssh.stdout)
        _await_ready(way, ssh, command)
        stdin = _send(child, line, way, ssh)
        with sending(line.late, stdin):
            yield Process(command.program, ssh, way, packed)
    finally:
        children.end(child)


def _await_ready(way: Way, ssh: local.Process, command: Command) -> None:
    limit = time.monotonic() + way.login.connect_timeout + _LOGIN_SECONDS
    seen = b""
    while not seen.endswith(READY):
        if len(seen) > _RUBBISH_BYTES or not select.select([ssh.stdout], [], [], max(0, limit - time.monotonic()))[0]:
            raise HostUnreachable(
                f"{way.login} let us in but no command came to run there: {ssh.stderr_tail()}\nCheck the shell of that "
                "account, and what its start-up files do."
            )
        byte = os.read(ssh.stdout.fileno(), 1)
        if not byte:
            raise _not_started(way, ssh, command)
        seen += byte


def _not_started(way: Way, ssh: local.Process, command: Command) -> HostError:
    code = ssh.wait(children.GRACE_SECONDS)
    said = ssh.stderr_tail()
    if code == NO_PROGRAM:
        return ProgramMissing(
            f"Cannot start {command.argv[0]} on {way.login.host}: {said}. Install it there, or mend client_dirs of "
            "policies.yaml."
        )
    if code == NO_ZSTD:
        return ProgramMissing(
            f"There is no zstd on {way.login.host} to compress with. Install it there, or set compress: here for that "
            "server in assets.yaml."
        )
    return failure(way.login, said)


def _send(child: subprocess.Popen[bytes], line: Line, way: Way, ssh: local.Process) -> IO[bytes]:
    """Give what the command is given, and return the pipe. It stays open: its end is what ends the command there."""
    if child.stdin is None:
        raise HostError("ssh was started without pipes.")
    try:
        for content in line.sent:
            child.stdin.write(content)
    except BrokenPipeError as err:
        raise failure(way.login, ssh.stderr_tail()) from err
    return child.stdin


def _is_signal(number: int) -> bool:
    return number in {known.value for known in signal.Signals}
