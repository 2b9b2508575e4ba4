"""What step 4 of a restore may do: the approved item of the plan, and on record how far it is."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from cadangan.core.manifest import Manifest
from cadangan.core.plan import Plan, PlannedItem
from cadangan.core.restoring import Mode, PlannedRestore
from cadangan.core.side_names import Purpose, new_side_name
from cadangan.core.states import Status, Verdict
from cadangan.errors import ApprovalMissing, RestoreRefused
from cadangan.register import approval, requests, restorable, restores
from cadangan.register.models import Backup
from cadangan.register.restore_row import RestoreRow
from cadangan.restore.switching import Names
from cadangan.steps.desk import Desk


@dataclass(frozen=True)
class Order:
    """What is to be done: the approved item of the plan, its row in the register, the manifest of its back-up."""

    planned: PlannedItem
    restore: PlannedRestore
    row: RestoreRow
    manifest: Manifest


def approved(desk: Desk, session: Session, number: str, item_id: int, round_no: int) -> tuple[Plan, PlannedItem]:
    request = requests.by_number(session, number)
    why = f"pelaksanaan putaran {round_no}"
    requests.change_status(session, request, Status.EXECUTING, actor="cadangan", why=why, now=desk.now())
    plan = approval.require_approval(session, number, item_id, round_no, desk.now())
    return plan, next(item for item in plan.items if item.item_id == item_id)


def restore_of(planned: PlannedItem) -> PlannedRestore:
    if planned.restore is None:
        raise ApprovalMissing(f"The approved plan restores nothing of {planned.asset}; start a request for a restore.")
    return planned.restore


def ordered(desk: Desk, session: Session, number: str, item_id: int, round_no: int) -> Order:
    plan, planned = approved(desk, session, number, item_id, round_no)
    restore = restore_of(planned)
    item = requests.item_by_id(session, item_id)
    backup = restorable.by_name(session, planned.asset, restore.backup)
    if backup is None or restorable.manifest_digest(backup) != restore.manifest_sha256:
        raise ApprovalMissing(
            f"Back-up {restore.backup} is not in stock and good any more, or its manifest is not the one that was "
            f"approved for {number}; find out why, then clear the task that drafts the plan and have it approved anew."
        )
    saved = saved_under(session, plan, item_id, round_no)
    _check_safe(desk, planned, restore, saved)
    wanted = _new_row(desk, planned, restore, backup, saved)
    row = restores.begin(session, item, round_no, wanted)
    if (row.backup_id, row.mode, row.server) != (backup.id, restore.mode, restore.server):
        raise RestoreRefused(
            f"Round {round_no} of {number} was begun under another plan; start a new request for what is planned now."
        )
    if not row.new_id:
        row.safety_backup_id = wanted.safety_backup_id
    return Order(planned, restore, row, Manifest.model_validate(backup.manifest))


def _check_safe(desk: Desk, planned: PlannedItem, restore: PlannedRestore, saved: Backup | None) -> None:
    """Raise unless nothing is replaced, or that is what was approved, its owner agreed, and it was saved."""
    if restore.mode is not Mode.IN_PLACE:
        return
    server, asset = desk.assets.find(planned.asset)
    if restore.consent is None or (server.name, asset.database) != (restore.server, restore.database):
        raise ApprovalMissing(
            f"{planned.asset} is not what the approved plan replaces, or its owner's consent is missing; clear the "
            "task that drafts the plan and have it approved anew."
        )
    if saved is None or not restorable.good_destinations(saved):
        raise RestoreRefused(f"What runs as {planned.asset} is not saved; clear the task that makes its back-up.")


def saved_under(session: Session, plan: Plan, item_id: int, round_no: int) -> Backup | None:
    """Return the back-up that was made under this plan and in this round of what is to be replaced."""
    made = requests.item_by_id(session, item_id).backups
    fitting = (row for row in made if row.round == round_no and row.manifest["plan_sha256"] == plan.sha256())
    return max(fitting, key=lambda row: row.id, default=None)


def _new_row(
    desk: Desk, planned: PlannedItem, restore: PlannedRestore, backup: Backup, saved: Backup | None
) -> RestoreRow:
    now = desk.now()
    side = str(new_side_name(Purpose.SIDE, planned.asset, now))
    in_place = restore.mode is Mode.IN_PLACE
    return RestoreRow(
        backup_id=backup.id,
        safety_backup_id=saved.id if saved and in_place else None,
        destination="",
        mode=restore.mode.value,
        server=restore.server,
        database=restore.database or side,
        side=side,
        kept=str(new_side_name(Purpose.KEPT, planned.asset, now)) if in_place else "",
        new_id="",
        old_id="",
        verdict=Verdict.NOT_RUN.value,
        differences=[],
        harmless=[],
        not_compared=[],
        different=0,
        restore_seconds=0.0,
        compare_seconds=0.0,
        started_at=now,
    )


def names_of(row: RestoreRow) -> Names:
    """Return the names of the two places of a restore."""
    return Names(row.database, row.side, row.kept, row.new_id, row.old_id)
