"""What to run, and what came of it; the same on this machine and on another."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePath


@dataclass(frozen=True)
class Command:
    """A program and its arguments, never a shell line.

    :param argv: visible to every account of the host (`ps`), so never a secret.
    :param env: added to a minimal environment; left out of `repr` because it may name a file of secrets.
    """

    argv: tuple[str, ...]
    env: Mapping[str, str] = field(default_factory=dict, repr=False)

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
