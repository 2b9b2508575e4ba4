"""What an execution left behind: files, digests, counts and checks of each item."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from pydantic import ValidationError

from cadangan.config.assets import Assets
from cadangan.core.manifest import Manifest
from cadangan.core.states import ENDED, Result, Status
from cadangan.documents import kinds
from cadangan.documents.views.common import ItemFacts, item_facts
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
    rows: int
    digested: int
    objects: dict[str, int]

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
    """Return when back-ups ended and copies were checked."""
    backups = [row for item in items for row in item.backups]
    checked = [copy.checked_at for row in backups for copy in row.copies if copy.checked_at]
    return [row.ended_at for row in backups] + checked


def _evidence(backup: Backup) -> Evidence:
    try:
        manifest = Manifest.model_validate(backup.manifest)
    except ValidationError as err:
        raise DocumentError(
            f"The manifest of {backup.name} in the register breaks its model: {err}. Compare it with the manifest "
            "beside a copy."
        ) from err
    tables = manifest.inventory.tables
    return Evidence(
        backup=backup,
        manifest=manifest,
        copies=tuple(backup.copies),
        rows=sum(table.rows for table in tables),
        digested=sum(table.digest is not None for table in tables),
        objects=dict(Counter(kinds.called(found.kind) for found in manifest.inventory.objects)),
    )
