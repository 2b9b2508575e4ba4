"""All that taking one back-up needs to know."""

from dataclasses import dataclass
from datetime import datetime
from types import ModuleType

from cadangan.config.policies import StreamPolicy
from cadangan.core.manifest import Letter
from cadangan.core.naming import BackupName
from cadangan.engines.contract import Site
from cadangan.vault.place import Place


@dataclass(frozen=True)
class BackupJob:
    """One item of one request in one round.

    :param engine: a module of `cadangan.engines`.
    :param site: the asset within reach.
    :param client_dirs: folders in which the engine looks for clients beside its usual ones.
    :param predicted_bytes: size of the dump before compression, 0 when unknown; for the progress.
    :param needed_bytes: room that a destination must have before the dump begins.
    :param content_digest: "values", "text" or "off", as policies.yaml has it.
    :param min_copies: at how many of the places it must come to lie.
    :param registered: names of the item's back-ups that the register knows: they are never swept.
    :param letter: what asked for it, None where no letter did.
    """

    request_no: str
    round: int
    item_id: int
    plan_sha256: str
    asset: str
    server: str
    engine: ModuleType
    site: Site
    client_dirs: tuple[str, ...]
    places: tuple[Place, ...]
    policy: StreamPolicy
    predicted_bytes: int
    needed_bytes: int
    content_digest: str
    min_copies: int = 1
    registered: frozenset[str] = frozenset()
    letter: Letter | None = None

    def name(self, at: datetime) -> BackupName:
        """Return the name of the try that begins at `at`."""
        return BackupName(self.asset, at, self.request_no, self.round, self.item_id)
