"""Another host: programs run there, and their output comes back over SSH."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass

from cadangan.hosts.child import Drain
from cadangan.hosts.command import Command, Completed
from cadangan.hosts.ssh import line
from cadangan.hosts.ssh.line import Zstd
from cadangan.hosts.ssh.process import Process, started
from cadangan.hosts.ssh.way import Way

_TRIAL_SECONDS = 60.0


@dataclass(frozen=True)
class SshHost:
    """See `hosts.host.Host`.

    :param zstd: how what is to be stored is compressed over there; None leaves it as it is.
    """

    way: Way
    zstd: Zstd | None = None

    @property
    def name(self) -> str:
        """Return the host's name or address."""
        return self.way.login.host

    @contextlib.contextmanager
    def start(self, command: Command) -> Iterator[Process]:
        """Run `command` and read its output; see `started` for the errors."""
        with started(self.way, command, line.streaming(command, None), packed=False) as process:
            yield process

    @contextlib.contextmanager
    def stream(self, command: Command) -> Iterator[Process]:
        """Run `command` and read its output, compressed over there if so wished; see `started` for the errors."""
        text = line.streaming(command, self.zstd)
        with started(self.way, command, text, packed=self.zstd is not None) as process:
            yield process

    def run(self, command: Command, timeout: float, stdin: bytes = b"") -> Completed:
        """Run `command` to its end and return its whole output; raise HostError after `timeout` seconds."""
        with started(self.way, command, line.running(command, stdin), packed=False) as process:
            output = Drain(process.stdout, keep=None)
            code = process.wait(timeout)
            return Completed(code, output.content(), process.stderr_tail())


def usable(host: SshHost) -> SshHost:
    """Return `host` once a command has run there, and has shown that what it needs is there.

    :raises HostUnreachable: there is no getting there.
    :raises HostKeyRefused: another host's key, or an unknown one.
    :raises ProgramMissing: it has to compress, and has no zstd.
    """
    with host.stream(Command(("true",))) as process:
        process.wait(_TRIAL_SECONDS)
    return host
