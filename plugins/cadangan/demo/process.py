"""Child processes of the demonstration: logged to a file, stopped with all that they started."""

import contextlib
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

from cadangan.demo import tether
from cadangan.errors import DemoError

_TAIL_BYTES = 4000


@dataclass(frozen=True)
class Surroundings:
    """What children have in common: environment, working directory, folder of their logs."""

    environment: Mapping[str, str]
    directory: Path
    logs: Path


class Child:
    """A running program; it gets SIGTERM when this process ends without stopping it."""

    def __init__(self, name: str, argv: Sequence[str], surroundings: Surroundings, stdin: bytes = b"") -> None:
        self.name = name
        self.log = surroundings.logs / f"{name}.log"
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-P", tether.__file__, str(os.getpid()), *argv],
                env=dict(surroundings.environment),
                cwd=surroundings.directory,
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=subprocess.STDOUT,
                # Ctrl-C is for the demonstration alone: it stops its children in order.
                start_new_session=True,
            )
        self._feed(stdin)

    def _feed(self, data: bytes) -> None:
        pipe = self._process.stdin
        if pipe:
            with contextlib.suppress(BrokenPipeError), pipe:
                pipe.write(data)

    def check(self) -> None:
        """Raise DemoError when the program has ended."""
        code = self._process.poll()
        if code is not None:
            raise DemoError(f"{self.name} ended with exit code {code}; the end of {self.log}:\n{self.tail()}")

    def wait(self, seconds: float) -> None:
        """Wait for the program's good end; raise DemoError on any other and after `seconds`."""
        try:
            code = self._process.wait(timeout=seconds)
        except subprocess.TimeoutExpired as err:
            stop([self])
            raise DemoError(f"{self.name} did not end within {seconds:.0f} s; see {self.log}.") from err
        if code != 0:
            self.check()

    def family(self) -> list[psutil.Process]:
        """Return the program's process and all that descend from it, as far as they still run."""
        try:
            root = psutil.Process(self._process.pid)
            return [root, *root.children(recursive=True)]
        except psutil.NoSuchProcess:
            return []

    def terminate(self) -> None:
        """Ask the program to end."""
        if self._process.poll() is None:
            self._process.terminate()

    def reap(self) -> None:
        """Collect the exit code of an ended program, so that no zombie stays."""
        self._process.wait()

    def tail(self) -> str:
        """Return the end of the log."""
        return self.log.read_bytes()[-_TAIL_BYTES:].decode(errors="replace")


def stop(children: Sequence[Child], grace: float = 10.0) -> None:
    """End `children` with all their descendants: SIGTERM to each, after `grace` seconds SIGKILL to what is left."""
    families = [process for child in children for process in child.family()]
    for child in children:
        child.terminate()
    _gone, alive = psutil.wait_procs(families, timeout=grace)
    for process in alive:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()
    psutil.wait_procs(alive, timeout=grace)
    for child in children:
        child.reap()
