"""What to run, and what came of it; the same on this machine and on another."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePath

OPEN_FILE = "/proc/self/fd/"


@dataclass(frozen=True)
class Command:
    """A program and its arguments, never a shell line.

    :param argv: visible to every account of the host (`ps`), so never a secret.
    :param env: added to a minimal environment; left out of `repr` because it may name a file of secrets. A value
        `/proc/self/fd/N` hands the open file N of this process over to the program.
    """

    argv: tuple[str, ...]
    env: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def handed_over(self) -> tuple[int, ...]:
        """The descriptors of the open files that the program is given."""
        named = (value.removeprefix(OPEN_FILE) for value in self.env.values() if value.startswith(OPEN_FILE))
        return tuple(int(number) for number in named)

    @property
    def program(self) -> str:
        """The program's name without its folder, for messages."""
        return PurePath(self.argv[0]).name


@dataclass(frozen=True)
class Completed:
    """How a program ended: exit code (negative: killed by that signal), its output, the end of its messages."""

    returncode: int
    stdout: bytes
    stderr: str
