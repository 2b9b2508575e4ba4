"""What every engine answers, in types. Which functions an engine's module has stands in `cadangan.engines`."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from pydantic import BaseModel, ConfigDict

from cadangan.core.manifest import Inventory, Tool
from cadangan.core.naming import Kind
from cadangan.hosts.command import Command
from cadangan.hosts.host import Host
from cadangan.stream.seal import Watcher


@dataclass(frozen=True)
class Login:
    """Where and as whom to reach a server, as an Airflow connection has it; `extra` is for the engine to read.

    Where there is nobody to log in as, all is empty and `extra` has the asset's own `exclude`.

    :param tunnel: the port of this machine that leads to the server, where it is reached so; whatever identifies the
        server (a certificate's name) is `host` all the same. Programs on another host go to `host` and `port` straight.
    """

    host: str | None
    port: int | None
    user: str
    password: str = field(repr=False)
    extra: Mapping[str, Any] = field(default_factory=dict, repr=False)
    tunnel: int | None = None


@dataclass(frozen=True)
class Site:
    """One asset within reach.

    :param target: the engine's own record of address and credentials.
    :param host: where client programs run.
    """

    target: Any = field(repr=False)
    host: Host


class Inspection(BaseModel):
    """The evidence for the verification and the plan. Sizes in bytes.

    :param server_version: as the server tells it.
    :param size_bytes: the database on its server, indexes included.
    :param predicted_bytes: the dump before compression, estimated.
    :param tables: number of tables (or files) whose content a dump holds.
    :param dumps_with: the program that will dump, with its version; None where none fits.
    :param blockers: Indonesian sentences; each of them forbids the dump and says what to do. Where no program fits, the
        first one says so.
    :param warnings: Indonesian sentences on what to know.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    server_version: str
    encoding: str = ""
    collation: str = ""
    size_bytes: int
    predicted_bytes: int
    tables: int
    dumps_with: str | None
    blockers: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Databases:
    """What there is to back up on a server, or in a folder.

    :param names: databases, or absolute paths of database files or folders.
    :param complete: whether the account is shown all of them.
    """

    names: tuple[str, ...]
    complete: bool = True


@dataclass(frozen=True)
class Part:
    """One artefact of a back-up: its kind, and the program whose output it is.

    :param fine: exit codes with which the program has ended well.
    :param watcher: looks at the raw bytes while they pass, in the thread that carries them.
    :param listener: is given what the program said, once it ended well and all of its output is stored.
    """

    kind: Kind
    command: Command
    fine: frozenset[int] = frozenset({0})
    watcher: Watcher | None = None
    listener: Callable[[str], object] | None = None


@dataclass(frozen=True)
class Dump:
    """One view of the source that all parts and the inventory share, for as long as its block lasts.

    :param at: its instant (UTC), the recovery point of the back-up, never later than the view.
    :param server_version: as the server tells it; encoding and collation of the database likewise, or empty.
    :param tools: the dump client first, which decides what can read the back-up.
    :param parts: what is small first, so that a missing privilege shows before the hours of the last one.
    :param inventory: returns what the source holds in this view, by a digest method: "values", "text" or "off". Called
        in a thread beside the last part's streaming. Raises EngineError when something could not be read.
    :param by_hand: returns in one Indonesian line how to restore these files, given by their kinds, without Cadangan;
        KUNCI stands for the key file.
    :param cancel: ends what `inventory` waits for in another thread.
    :param hang_up: cuts the line, so that no thread waits on for a server that does not answer.
    """

    at: datetime
    server_version: str
    tools: Sequence[Tool]
    parts: Sequence[Part]
    inventory: Callable[[str], Inventory]
    by_hand: Callable[[Mapping[str, str]], str]
    cancel: Callable[[], None]
    hang_up: Callable[[], None]
    encoding: str = ""
    collation: str = ""


class Reader(Protocol):
    """Looks at a stored artefact's raw bytes while they are checked."""

    def write(self, data: bytes) -> object:
        """Take the next bytes."""

    def problems(self) -> Sequence[str]:
        """Return, after the last byte, what is not as it must be, a line each."""
