"""What to run, and what came of it; the same on this machine and on another."""

import itertools
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePath

OPEN_FILE = "/proc/self/fd/"
_NAMED = re.compile(rf"((?:--[a-z-]+=)?{OPEN_FILE})(\d+)")


@dataclass(frozen=True)
class Command:
    """A program and its arguments, never a shell line.

    An argument `/proc/self/fd/N` or `--option=/proc/self/fd/N` (not behind `--`, where names of others stand), and such
    a value in the environment, hand the open file N of this process over to the program: a file in memory, or the end
    of a pipe, which is read to its end and may give its content late.

    :param argv: visible to every account of the host (`ps`), so never a secret.
    :param env: added to a minimal environment; left out of `repr` because it may name a file of secrets.
    """

    argv: tuple[str, ...]
    env: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def handed_over(self) -> tuple[int, ...]:
        """The descriptors of the open files that the program is given."""
        named = (_NAMED.fullmatch(text) for text in (*self._options, *self.env.values()))
        return tuple(dict.fromkeys(int(found[2]) for found in named if found))

    def renumbered(self, numbers: Mapping[int, int]) -> "Command":
        """Return the command for a place where those open files go by other numbers."""

        def there(text: str) -> str:
            found = _NAMED.fullmatch(text)
            return f"{found[1]}{numbers[int(found[2])]}" if found else text

        names = self.argv[len(self._options) :]
        return Command((*map(there, self._options), *names), {name: there(value) for name, value in self.env.items()})

    @property
    def _options(self) -> tuple[str, ...]:
        return tuple(itertools.takewhile(lambda argument: argument != "--", self.argv))

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
