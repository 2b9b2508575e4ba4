"""Minutes of a restore (berita acara pemulihan) and of its roll-back (berita acara pengembalian)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from cadangan.config.assets import Assets
from cadangan.config.sop import Sop
from cadangan.core.plan import Plan
from cadangan.core.states import Step
from cadangan.documents.views.backup_minutes import basis, confirmed_by, party_of
from cadangan.documents.views.common import cover, decision_on
from cadangan.documents.views.minutes import Masthead, Opening, official_number
from cadangan.documents.views.report import frozen
from cadangan.documents.views.restore import restores
from cadangan.documents.views.signatures import executor_signature, signature
from cadangan.errors import DocumentError
from cadangan.register.models import Request


@dataclass(frozen=True)
class Checked:
    """What was compared of a restored place: what the manifest says, what was found, and a Verdict."""

    label: str
    expected: str
    found: str
    verdict: str


@dataclass(frozen=True)
class RestoredBackup:
    """The back-up from which was restored. Sizes in bytes; `recovery_point` is its snapshot."""

    name: str
    application: str
    recovery_point: datetime
    stored_bytes: int
    sha256: str
    destination: str


@dataclass(frozen=True)
class Restored:
    """One restore of one asset.

    :param server: where to; only the office reads it.
    :param database: name or path of what was restored.
    :param replaces: whether it took the place of what runs.
    :param result: a Result.
    :param checks: what was compared with the manifest.
    :param differences: an Indonesian sentence each; those that name private things are masked.
    :param safety_backup: name of the back-up of what was replaced, empty where nothing was.
    """

    backup: RestoredBackup
    server: str
    database: str
    replaces: bool
    started_at: datetime
    ended_at: datetime
    result: str
    checks: tuple[Checked, ...]
    differences: tuple[str, ...] = ()
    not_compared: tuple[str, ...] = ()
    safety_backup: str = ""


@dataclass(frozen=True)
class RestoreMinutes:
    """See the module's docstring.

    :param purpose: why it was restored, or that it was a rehearsal.
    """

    TEMPLATE: ClassVar[str] = "minutes_restore"
    SUFFIX: ClassVar[str] = "berita-acara-pemulihan"

    cover: Masthead
    opening: Opening
    purpose: str
    restored: tuple[Restored, ...]
    note: str = ""


@dataclass(frozen=True)
class RolledBack:
    """One asset brought back to how it was before a restore.

    :param way: how, an Indonesian sentence.
    :param safety_backup: name of the back-up that it was brought back from, empty where it was not needed.
    :param result: a Result.
    """

    application: str
    server: str
    database: str
    way: str
    safety_backup: str
    state_of: datetime
    started_at: datetime
    ended_at: datetime
    result: str
    checks: tuple[Checked, ...]


@dataclass(frozen=True)
class RollbackMinutes:
    """See the module's docstring.

    :param undone: what was undone, such as the minutes of the restore.
    :param reason: why.
    :param decided_by: name and position of who decided it.
    """

    TEMPLATE: ClassVar[str] = "minutes_rollback"
    SUFFIX: ClassVar[str] = "berita-acara-pengembalian"

    cover: Masthead
    opening: Opening
    undone: str
    reason: str
    decided_by: str
    rolled_back: tuple[RolledBack, ...]
    note: str = ""


def restore_minutes(request: Request, sop: Sop, assets: Assets) -> RestoreMinutes:
    """Return what the minutes of a restore say; raise DocumentError while there is no plan or no confirmation."""
    row, confirmation = frozen(request), decision_on(request, Step.CONFIRM)
    if row is None or confirmation is None:
        raise DocumentError(f"{request.number} has no frozen plan or no confirmation; minutes tell of both.")
    plan, common = Plan.model_validate_json(row.body), cover(request, sop, assets)
    executor = party_of(executor_signature("", plan, sop), sop)
    return RestoreMinutes(
        cover=Masthead(sop.office, request.number, common.classification, common.private),
        opening=Opening(
            number=official_number(request.number, "BA", sop),
            at=confirmation.at,
            place=sop.office.city,
            basis=basis(request, common, plan),
            parties=(executor, confirmed_by(confirmation, common, sop)),
            witnesses=tuple(party_of(signature("", request, step, sop), sop) for step in (Step.PLAN, Step.VERIFY)),
        ),
        purpose=common.letter.purpose,
        restored=tuple(_restored(request, plan, assets)),
        note=confirmation.note or "",
    )


def _restored(request: Request, plan: Plan, assets: Assets) -> Iterator[Restored]:
    planned = {item.asset: item.restore for item in plan.items if item.restore}
    for each in restores(request, assets):
        last, wanted = each.last, planned.get(each.facts.asset)
        if last is None or wanted is None:
            continue
        yield Restored(
            backup=RestoredBackup(
                name=wanted.backup,
                application=each.facts.application,
                recovery_point=wanted.recovery_point,
                stored_bytes=(each.chosen.stored_bytes or 0) if each.chosen else 0,
                sha256=wanted.manifest_sha256,
                destination=last.destination,
            ),
            server=last.server,
            database=last.database,
            replaces=bool(last.kept),
            started_at=last.started_at,
            ended_at=last.ended_at or last.started_at,
            result=each.result,
            checks=(Checked("Baris, digest isi, dan objek", "menurut manifes", "dibandingkan", last.verdict),),
            differences=last.differences,
            not_compared=last.remarks,
            safety_backup=last.safety_backup,
        )
