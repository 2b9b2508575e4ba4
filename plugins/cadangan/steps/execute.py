"""Step 4: the dump and its checks (Melaksanakan sesuai perencanaan)."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy.orm import Session

from cadangan.backup.check import ArtefactCheck, Checker, check_copy
from cadangan.backup.job import BackupJob
from cadangan.backup.take import find_finished, take_backup
from cadangan.core.manifest import Letter, Manifest
from cadangan.core.plan import Plan, PlannedItem
from cadangan.core.states import SCHEDULED, Result, Status
from cadangan.documents.failures import told
from cadangan.engines import engine
from cadangan.engines.contract import Site
from cadangan.errors import (
    ApprovalMissing,
    CadanganError,
    CheckFailed,
    RecordMissing,
    RegisterError,
    StateConflict,
)
from cadangan.register import approval, backups, plans, requests
from cadangan.register.models import Backup, Request
from cadangan.steps import destinations, examine, leave
from cadangan.steps.desk import Desk
from cadangan.stream.pump import Progress
from cadangan.vault.place import Place

log = logging.getLogger(__name__)

# The next back-up of an asset is taken to need at most this share more room than its last one.
GROWTH = 1.5
JobAt = Callable[[Site, tuple[Place, ...]], BackupJob]


def start_at(desk: Desk, number: str) -> datetime:
    """Return the agreed start of the frozen plan."""
    with desk.register.transaction() as session:
        return Plan.model_validate_json(plans.current(session, requests.by_number(session, number)).body).start


def address_of(desk: Desk, item_id: int) -> str:
    """Return the address by which other DAGs know an item's asset: cadangan://<server>/<asset>."""
    server, asset = desk.assets.find(asset_of(desk, item_id))
    return f"cadangan://{server.name}/{asset.name}"


def asset_of(desk: Desk, item_id: int) -> str:
    """Return the name of an item's asset."""
    with desk.register.transaction() as session:
        return requests.item_by_id(session, item_id).asset


def dump(desk: Desk, number: str, item_id: int, round_no: int) -> None:
    """Back one item up, if its approved plan allows it; a failure is recorded, as people read it, and raised.

    :raises ApprovalMissing: nothing was dumped, for no valid approval covers it.
    """
    with failure_recorded(desk, item_id):
        with desk.register.transaction() as session:
            request = requests.by_number(session, number)
            why = f"pelaksanaan putaran {round_no}"
            requests.change_status(session, request, Status.EXECUTING, actor="cadangan", why=why, now=desk.now())
            allowed = leave.standing_of(desk, request)
            plan = approval.require_approval(session, number, item_id, round_no, desk.now(), standing=allowed)
            planned = next(item for item in plan.items if item.item_id == item_id)
            job_at = _job(desk, session, plan, planned, round_no)
            unseen = request.service == SCHEDULED
            requests.clear_item_result(session, item_id)
        places, lost = destinations.opened(desk, plan)
        with desk.site(*desk.assets.by_name()[planned.asset]) as site:
            job = job_at(site, places)
            if unseen:
                examine.require_fit(desk, item_id, job)
            manifest = _unregistered(job, lost) or take_backup(job, _progress(desk, number, job), lost.__setitem__)
            destinations.record(desk, plan, job, manifest, lost)


def check(desk: Desk, number: str, item_id: int, round_no: int) -> None:
    """Re-read every copy of an item's back-up. That it succeeded is for its rehearsal to say.

    :raises CheckFailed: a copy is not what was written, does not open, or lacks what its manifest lists.
    """
    with failure_recorded(desk, item_id):
        with desk.register.transaction() as session:
            backup = latest_backup(session, item_id, round_no)
            manifest = Manifest.model_validate(backup.manifest)
            names = list(dict.fromkeys(copy.destination for copy in backup.copies))
        checks = {name: _check_at(desk, name, manifest) for name in names}
        failed = _record_checks(desk, item_id, round_no, checks)
        if failed:
            raise CheckFailed(
                f"{number}: back-up {manifest.backup} is not good: {'; '.join(failed.values())}. "
                "Clear the dump of this item to make another one, and look at the destination's disk.",
                destination=", ".join(failed),
            )
    log.info("Request %s: every copy of %s was re-read and is good", number, manifest.backup)


@contextmanager
def failure_recorded(desk: Desk, item_id: int) -> Iterator[None]:
    """Record a failure of the block as what came of the item, as people read it, and pass it on."""
    try:
        yield
    except (ApprovalMissing, StateConflict):
        # Nothing was tried, so nothing failed: what is on record of the item stays.
        raise
    except Exception as err:
        shown = told(err)
        with desk.register.transaction() as session:
            requests.set_item_result(
                session, item_id, Result.FAILED, error=shown.sentence, detail=shown.detail, at=desk.now()
            )
        raise


def _job(desk: Desk, session: Session, plan: Plan, planned: PlannedItem, round_no: int) -> JobAt:
    """Return the job but for its site and its destinations: reaching a host may take long, and nothing of the
    register is held then."""
    _check_still_so(desk, plan, planned)
    server, asset = desk.assets.by_name()[planned.asset]
    last = backups.latest_for_asset(session, planned.asset)
    item = requests.item_by_id(session, planned.item_id)
    registered = frozenset(backup.name for backup in item.backups)
    limits = leave.limits_of(desk, item.request, asset)
    letter = _letter(item.request)
    return lambda site, places: BackupJob(
        request_no=plan.request_no,
        round=round_no,
        item_id=planned.item_id,
        plan_sha256=plan.sha256(),
        asset=asset.name,
        server=server.name,
        engine=engine(server.engine),
        site=site,
        client_dirs=desk.policies.client_dirs,
        places=places,
        policy=desk.policies.stream.model_copy(update={**limits, "recipients": plan.recipients}),
        predicted_bytes=planned.predicted_bytes,
        needed_bytes=round(last.stored_bytes * GROWTH) if last else planned.predicted_bytes,
        content_digest=plan.content_digest,
        min_copies=plan.needed_copies,
        registered=registered,
        letter=letter,
    )


def _letter(request: Request) -> Letter | None:
    """Return the letter behind a request; a scheduled run has none."""
    form = request.form
    if "letter_number" not in form:
        return None
    return Letter(
        office=form["skpd"],
        number=form["letter_number"],
        date=str(form["letter_date"]),
        subject=form["letter_subject"],
    )


def _check_still_so(desk: Desk, plan: Plan, planned: PlannedItem) -> None:
    """Raise ApprovalMissing when the configuration no longer means what the plan says."""
    server, asset = desk.assets.by_name().get(planned.asset, (None, None))
    urls = {destination.name: destination.url for destination in desk.policies.destinations}
    approved = (planned.server, planned.database, planned.exclude)
    same_source = server and asset and (server.name, asset.database, asset.exclude) == approved
    if not same_source or any(urls.get(copy.name) != copy.url for copy in plan.copies):
        raise ApprovalMissing(
            f"assets.yaml or policies.yaml changed since the plan of {plan.request_no} was approved: {planned.asset} "
            "or a destination is another one now. Clear the task that drafts the plan and have the gate answered again."
        )


def _progress(desk: Desk, number: str, job: BackupJob) -> Callable[[Progress], None]:
    def note(progress: Progress) -> None:
        log.info(
            "Request %s: %s: %.1f MB read, %.1f MB/s, %s of the predicted size",
            number,
            job.asset,
            progress.raw_bytes / 1e6,
            progress.rate / 1e6,
            "unknown share" if progress.share is None else f"{progress.share:.0%}",
        )
        try:
            with desk.register.transaction() as session:
                requests.note_progress(session, job.item_id, progress.raw_bytes, desk.now())
        except RegisterError as err:
            # A register that is away for a moment is no reason to lose hours of a dump.
            log.warning("Request %s: progress of %s not noted: %s", number, job.asset, err)

    return note


def _unregistered(job: BackupJob, lost: dict[str, CadanganError]) -> Manifest | None:
    """Return the finished back-up of a try that was killed before it could register it, made under this plan.

    :param lost: filled with the destinations that lack it, and why.
    """
    absent: dict[str, CadanganError] = {}
    found = find_finished(job, absent.__setitem__)
    if found is None or found.plan_sha256 != job.plan_sha256 or found.backup in job.registered:
        return None
    lost.update(absent)
    return found


def latest_backup(session: Session, item_id: int, round_no: int) -> Backup:
    """Return the newest back-up of an item in a round; raise RecordMissing when there is none."""
    made = [row for row in requests.item_by_id(session, item_id).backups if row.round == round_no]
    if not made:
        raise RecordMissing(f"Item {item_id} has no back-up of round {round_no}; clear its dump.")
    return made[-1]


def _check_at(desk: Desk, name: str, manifest: Manifest) -> tuple[ArtefactCheck, ...]:
    destination = next(place for place in desk.policies.destinations if place.name == name)
    checker = Checker(engine(manifest.source.engine), desk.policies.client_dirs, desk.identity())
    return check_copy(desk.place(destination), manifest, checker)


def _record_checks(
    desk: Desk, item_id: int, round_no: int, checks: dict[str, tuple[ArtefactCheck, ...]]
) -> dict[str, str]:
    """Return what failed, in full, by the name of the destination."""
    found = {(name, part.artefact): part for name, parts in checks.items() for part in parts}
    with desk.register.transaction() as session:
        for copy in latest_backup(session, item_id, round_no).copies:
            part = found[copy.destination, copy.artefact]
            reasons = [told(reason) for reason in part.reasons]
            backups.record_check(
                session,
                copy.id,
                digest=part.digest,
                decrypt=part.decrypt,
                contents=part.contents,
                note=" ".join(dict.fromkeys(reason.sentence for reason in reasons)),
                detail="; ".join(reason.detail for reason in reasons) if part.failed else "",
                at=desk.now(),
            )
    return {
        name: "; ".join(f"{name}/{part.artefact}: {reason}" for part in parts if part.failed for reason in part.reasons)
        for name, parts in checks.items()
        if any(part.failed for part in parts)
    }
