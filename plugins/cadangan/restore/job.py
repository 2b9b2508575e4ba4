"""All that restoring one back-up needs to know."""

from collections.abc import Callable
from dataclasses import dataclass, field
from types import ModuleType

from cadangan.config.restoring import RestorePolicy
from cadangan.core.manifest import Artefact, Manifest
from cadangan.engines.contract import Site
from cadangan.vault.place import Place

OnProgress = Callable[[Artefact, int], object]


def silent(artefact: Artefact, raw_bytes: int) -> None:
    """Take no notice of the progress."""


@dataclass(frozen=True)
class RestoreJob:
    """One copy of one back-up, and where it may go.

    :param manifest: as the register has it; the one beside the copy must be the same.
    :param place: the destination of the copy that is read.
    :param engine: the module of `cadangan.engines` that made the back-up.
    :param site: what exists on the server that the back-up goes to, within reach: `engine.side` begins there.
    :param client_dirs: folders in which the engine looks for clients beside its usual ones.
    :param identity: age identity ("AGE-SECRET-KEY-…"), None where this machine holds none.
    :param on_progress: is told how many bytes of an artefact, before compression, have been taken so far.
    """

    manifest: Manifest
    place: Place
    engine: ModuleType
    site: Site
    client_dirs: tuple[str, ...] = ()
    policy: RestorePolicy = field(default_factory=RestorePolicy)
    identity: str | None = field(default=None, repr=False)
    on_progress: OnProgress = silent

    def digest_method(self) -> str:
        """Return the method by which most of the manifest's tables were digested, "off" where none was."""
        methods = [table.digest_method for table in self.manifest.inventory.tables if table.digest is not None]
        return max(set(methods), key=methods.count, default="off")
