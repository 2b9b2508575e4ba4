"""What an execution left behind: files, digests, counts and checks of each item."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from pydantic import ValidationError

from cadangan.config.assets import Assets
from cadangan.core import kinds
from cadangan.core.manifest import Manifest
from cadangan.core.naming import Kind
from cadangan.core.states import ENDED, Result, Status
from cadangan.documents import changes, formats
from cadangan.documents.views.common import ItemFacts, item_facts
from cadangan.documents.views.proof import Proof, proof_of
from cadangan.errors import DocumentError
from cadangan.register.models import Backup, Copy, Item, Request

NOT_YET = "Belum dilaksanakan"
NEVER = "Tidak dilaksanakan"


@dataclass(frozen=True)
class Evidence:
    """One finished back-up: its manifest and its copies."""

    backup: Backup
    manifest: Manifest
    copies: tuple[Copy, ...]
    rows: int | None
    digested: int
    objects: dict[str, int]
    proof: Proof

    @property
    def tree(self) -> bool:
        """Whether it is of a file tree."""
        return any(artefact.kind is Kind.FILES for artefact in self.manifest.artefacts)

    @property
    def units(self) -> int:
        """How many tables, or files, it holds."""
        inventory = self.manifest.inventory
        return sum(found.kind == "file" for found in inventory.files) if self.tree else len(inventory.tables)

    @property
    def unit(self) -> str:
        """What `units` counts."""
        return "berkas" if self.tree else "tabel"

    @property
    def contents(self) -> str:
        """What it holds, in one line."""
        inventory, units = self.manifest.inventory, f"{formats.number(self.units)} {self.unit}"
        if self.tree:
            return f"{units}, {formats.size(sum(found.size for found in inventory.files))}"
        counts = f"{units}, {formats.number(self.rows)} baris"
        return (
            f"{counts}, {formats.number(len(inventory.sequences))} sekuens, "
            f"{formats.number(inventory.large_objects)} objek besar"
        )

    @property
    def changed(self) -> tuple[str, ...]:
        """The files that changed while they were read, and how."""
        return changes.told(self.manifest.inventory.changed)

    @property
    def tools(self) -> tuple[str, ...]:
        """The programs that took part, each with its version."""
        return tuple(
            tool.version if tool.name in tool.version else f"{tool.name} {tool.version}" for tool in self.manifest.tools
        )


@dataclass(frozen=True)
class Outcome:
    """What came of an item.

    :param result: a Result, or that nothing was done.
    :param error: for everyone; empty when nothing failed.
    :param detail: the technical message behind it, for the staff.
    """

    facts: ItemFacts
    result: str
    error: str
    detail: str
    backups: tuple[Evidence, ...]

    @property
    def succeeded(self) -> bool:
        """Whether the item counts as backed up."""
        return self.result == Result.SUCCEEDED

    @property
    def last(self) -> Evidence | None:
        """The newest finished back-up."""
        return self.backups[-1] if self.backups else None


def outcomes(request: Request, assets: Assets) -> tuple[Outcome, ...]:
    """Return the outcome of every item, in the letter's order."""
    undone = NEVER if Status(request.status) in ENDED else NOT_YET
    return tuple(
        Outcome(
            facts=item_facts(item, assets),
            result=item.result or undone,
            error=item.error or "",
            detail=item.error_detail or "",
            backups=tuple(_evidence(row) for row in sorted(item.backups, key=lambda row: (row.round, row.id))),
        )
        for item in request.items
    )


def latest_instant(items: list[Item]) -> list[datetime]:
    """Return when back-ups ended, copies were checked and rehearsals ended."""
    backups = [row for item in items for row in item.backups]
    checked = [copy.checked_at for row in backups for copy in row.copies if copy.checked_at]
    rehearsed = [row.ended_at for backup in backups for row in backup.rehearsals]
    return [row.ended_at for row in backups] + checked + rehearsed


def _evidence(backup: Backup) -> Evidence:
    try:
        manifest = Manifest.model_validate(backup.manifest)
    except ValidationError as err:
        raise DocumentError(
            f"The manifest of {backup.name} in the register breaks its model: {err}. Compare it with the manifest "
            "beside a copy."
        ) from err
    inventory = manifest.inventory
    digested_files = sum(found.kind == "file" and found.content != "" for found in inventory.files)
    others = [*(found.kind for found in inventory.objects), *(found.kind for found in inventory.files)]
    others = [kind for kind in others if kind != "file"]
    return Evidence(
        backup=backup,
        manifest=manifest,
        copies=tuple(backup.copies),
        rows=sum(table.rows for table in inventory.tables) if inventory.tables or not inventory.files else None,
        digested=sum(table.digest is not None for table in inventory.tables) + digested_files,
        objects=dict(Counter(kinds.called(kind) for kind in others)),
        proof=proof_of(backup),
    )
