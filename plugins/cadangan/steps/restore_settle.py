"""After step 5 of a restore: a result that conforms stays, any other one makes way for what was there before.

What no longer serves is kept under another name for as long as the plan says, and dropped then.
"""

import logging
from datetime import timedelta

from sqlalchemy.orm import Session

from cadangan.core.choices import ConfirmChoice
from cadangan.core.manifest import Manifest
from cadangan.core.plan import Plan
from cadangan.core.restoring import RESTORE, PlannedRestore
from cadangan.core.side_names import parse_side_name
from cadangan.core.states import Result, Step
from cadangan.engines import engine
from cadangan.errors import CadanganError, RecordMissing, RestoreUnsettled
from cadangan.register import decisions, plans, requests, restores
from cadangan.register.models import Backup, Decision, Item, Request
from cadangan.register.restore_row import RestoreRow
from cadangan.restore.switching import take_back
from cadangan.steps import restore_site
from cadangan.steps.desk import Desk
from cadangan.steps.restore_order import names_of

log = logging.getLogger(__name__)

TAKEN_BACK = "Hasil pemulihan dinyatakan belum sesuai; keadaan semula telah dikembalikan."


def settle(desk: Desk, number: str) -> None:
    """Carry out what the confirmations of a request say of its restores; what was carried out stays.

    Without an answer on record nothing is done: both places stay as they are.

    :raises RestoreUnsettled: some could not be settled; all others are.
    """
    with desk.register.reading() as session:
        request = requests.by_number(session, number)
        decided = [(row.id, decision) for row, decision in unsettled(session, request)]
    failed = []
    for restore_id, decision in decided:
        try:
            _settle(desk, number, restore_id, decision)
        except CadanganError as err:
            log.exception("Request %s: restore %d could not be settled", number, restore_id)
            failed.append(str(err))
    if failed:
        raise RestoreUnsettled(f"{number}: {' '.join(failed)} Mend that, then clear the task that settles the result.")


def unsettled(session: Session, request: Request) -> list[tuple[RestoreRow, Decision]]:
    """Return the restores that are not as their confirmation, answered or answered anew, says, with the answers.

    One that was accepted can be taken back as long as what it replaced is there.
    """
    if request.service != RESTORE:
        return []
    found = []
    for row in (row for item in request.items for row in item.restores):
        decision = decisions.standing(session, request, Step.CONFIRM, row.round)
        if decision and _open(row, decision) and decisions.is_audited(session, request, decision):
            found.append((row, decision))
    return found


def _open(row: RestoreRow, decision: Decision) -> bool:
    if row.rolled_back_at is not None:
        return False
    return row.accepted_at is None or (decision.choice != ConfirmChoice.CONFORMS and row.dropped_at is None)


def drop_over(desk: Desk) -> None:
    """Drop what no longer serves and whose time of keeping is over.

    :raises RestoreUnsettled: some could not be dropped; all others are.
    """
    with desk.register.reading() as session:
        over = [row.id for row in restores.over(session, desk.now())]
    failed = []
    for restore_id in over:
        try:
            _drop(desk, restore_id)
        except CadanganError as err:
            log.exception("Restore %d: what no longer serves could not be dropped", restore_id)
            failed.append(str(err))
    if failed:
        raise RestoreUnsettled(f"{' '.join(failed)} Mend that, then clear the task.")


def _settle(desk: Desk, number: str, restore_id: int, decision: Decision) -> None:
    with desk.register.reading() as session:
        row = restores.by_id(session, restore_id)
        item = session.get_one(Item, row.item_id)
        planned = _planned(session, item)
        asset, conforms = item.asset, decision.choice == ConfirmChoice.CONFORMS and item.result == Result.SUCCEEDED
        manifest = _manifest(session, row)
    if not conforms:
        with restore_site.within_reach(desk, asset, row.server) as site:
            take_back_row(desk, row, manifest, site.target)
    until = desk.now() + timedelta(days=planned.keep_old_days)
    with desk.register.transaction() as session:
        row = restores.by_id(session, restore_id)
        if conforms:
            keep_until = until if row.kept else None
            restores.record_accepted(session, row, by_user=decision.by_user, keep_until=keep_until, at=desk.now())
        else:
            restores.record_rolled_back(session, row, by_user=decision.by_user, keep_until=until, at=desk.now())
            if item.result == Result.SUCCEEDED:
                requests.set_item_result(session, item.id, Result.FAILED, error=TAKEN_BACK, at=desk.now())
    log.info("Request %s: the restore of %s %s", number, asset, "stays" if conforms else "was taken back")
    if row.keep_until is not None and row.keep_until <= desk.now():
        _drop(desk, restore_id)


def take_back_row(desk: Desk, row: RestoreRow, manifest: Manifest, target: object) -> None:
    """Bring back how it was before a restore."""
    module = engine(manifest.source.engine)
    if row.new_id and hasattr(module, "rename"):
        take_back(module, target, names_of(row), desk.policies.restore.sessions)


def _planned(session: Session, item: Item) -> PlannedRestore:
    plan = Plan.model_validate_json(plans.current(session, item.request).body)
    restore = next((planned.restore for planned in plan.items if planned.item_id == item.id), None)
    if restore is None:
        raise RecordMissing(f"The plan of {item.request.number} restores nothing of {item.asset}.")
    return restore


def _manifest(session: Session, row: RestoreRow) -> Manifest:
    return Manifest.model_validate(session.get_one(Backup, row.backup_id).manifest)


def _drop(desk: Desk, restore_id: int) -> None:
    """Drop what no longer serves, if it is what it was and, where it was replaced, its back-up is in stock."""
    with desk.register.reading() as session:
        row = restores.by_id(session, restore_id)
        asset = session.get_one(Item, row.item_id).asset
        manifest = _manifest(session, row)
        saved = session.get(Backup, row.safety_backup_id) if row.safety_backup_id else None
    accepted = row.accepted_at is not None
    if accepted and (saved is None or saved.deleted_at is not None):
        log.warning("%s stays: the back-up of what it holds is not in stock any more. Drop it by hand.", row.kept)
        return
    name, identity = (row.kept, row.old_id) if accepted else (row.side, row.new_id)
    module = engine(manifest.source.engine)
    with restore_site.within_reach(desk, asset, row.server) as site:
        there = module.places(site.target).get(name) if hasattr(module, "places") else identity
        if identity and there not in {None, identity}:
            raise RecordMissing(f"{name} on {row.server} is another place than the one that was kept; it stays.")
        module.drop(module.side(site.target, parse_side_name(name)))
    with desk.register.transaction() as session:
        restores.record_dropped(session, restores.by_id(session, restore_id), name, desk.now())
    log.info("%s on %s was dropped: its time was over", name, row.server)
