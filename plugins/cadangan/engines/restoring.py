"""What every engine answers about restoring, in types. Which functions it has stands in `cadangan.engines`."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from pydantic import BaseModel, ConfigDict

from cadangan.core.manifest import Tool
from cadangan.core.naming import Kind


class Fitness(BaseModel):
    """Whether a back-up can be restored to a target, for officers.

    :param server_version: of the target, as it tells it; its encoding and collation likewise, or empty.
    :param restores_with: the program that will restore, with its version; None where none fits.
    :param missing_roles: accounts that the back-up's objects belong to and the target lacks.
    :param missing_extensions: what the back-up needs and the target cannot make.
    :param blockers: Indonesian sentences; each of them forbids the restore and says what to do.
    :param warnings: Indonesian sentences on what to know.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    server_version: str
    encoding: str = ""
    collation: str = ""
    restores_with: str | None
    missing_roles: tuple[str, ...] = ()
    missing_extensions: tuple[str, ...] = ()
    blockers: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


class Taker(Protocol):
    """Takes an artefact's raw bytes in their order."""

    def write(self, data: bytes) -> object:
        """Take the next bytes; raise RestoreFailed or HostError. What is written may be used at once, or only in
        `finish`: whoever writes calls that only when all of the bytes proved to be those that were stored."""

    def finish(self) -> None:
        """Take note that these were all, and return once they are restored; raise RestoreFailed or HostError."""


@dataclass(frozen=True)
class Intake:
    """How one artefact of a back-up is taken.

    :param open: gives what takes it; whatever it started is ended when its block ends. Left without `finish`, nothing
        of it counts, and the place is to be dropped.
    """

    kind: Kind
    open: Callable[[], AbstractContextManager[Taker]]


@dataclass(frozen=True)
class Load:
    """A restore into an empty place, for as long as its block lasts.

    :param tool: the program that restores.
    :param intakes: in the order in which the artefacts go in. A kind that is not here is not restored.
    :param settle: does what is to be done when all are in (statistics). Raises EngineError.
    """

    tool: Tool
    intakes: Sequence[Intake]
    settle: Callable[[], None]
