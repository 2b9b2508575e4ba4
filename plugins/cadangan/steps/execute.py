"""Step 4: the dump and its checks (Melaksanakan sesuai perencanaan)."""

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy.orm import Session

from cadangan.backup.check import ArtefactCheck, Checker, check_copy
from cadangan.backup.job import BackupJob
from cadangan.backup.take import find_finished, take_backup
from cadangan.core.manifest import Manifest
from cadangan.core.plan import Plan, PlannedItem
from cadangan.core.states import Result, Status
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
from cadangan.register.models import Backup
from cadangan.steps.desk import Desk
from cadangan.stream.pump import Progress

log = logging.getLogger(__name__)

# The next back-up of an asset is taken to need at most this share more room than its last one.
GROWTH = 1.5


def start_at(desk: Desk, number: str) -> datetime:
    """Return the agreed start of the frozen plan."""
    with desk.register.transaction() as session:
        return Plan.model_validate_json(plans.current(session, requests.by_number(session, number)).body).start


def asset_of(desk: Desk, item_id: int) -> str:
    """Return the name of an item's asset."""
    with desk.register.transaction() as session:
        return requests.item_by_id(session, item_id).asset


def dump(desk: Desk, number: str, item_id: int, round_no: int) -> None:
    """Back one item up, if its approved plan allows it; a failure is recorded, as people read it, and raised.

    :raises ApprovalMissing: nothing was dumped, for no valid approval covers it.
    """
    with _failure_recorded(desk, item_id):
        with desk.register.transaction() as session:
            request = requests.by_number(session, number)
            why = f"pelaksanaan putaran {round_no}"
            requests.change_status(session, request, Status.EXECUTING, actor="cadangan", why=why, now=desk.now())
            plan = approval.require_approval(session, number, item_id, round_no, desk.now())
            planned = next(item for item in plan.items if item.item_id == item_id)
            job_at = _job(desk, session, plan, planned, round_no)
            requests.clear_item_result(session, item_id)
        with desk.site(*desk.assets.by_name()[planned.asset]) as site:
            job, lost = job_at(site), dict[str, CadanganError]()
            manifest = _unregistered(job, lost) or take_backup(job, _progress(desk, number, job), lost.__setitem__)
            _register(desk, job, manifest, lost)


def check(desk: Desk, number: str, item_id: int, round_no: int) -> None:
    """Re-read every copy of an item's back-up; the item succeeded when no check failed.

    :raises CheckFailed: a copy is not what was written, does not open, or lacks what its manifest lists.
    """
    with _failure_recorded(desk, item_id):
        with desk.register.transaction() as session:
            backup = _latest(session, item_id, round_no)
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
        with desk.register.transaction() as session:
            requests.set_item_result(session, item_id, Result.SUCCEEDED, at=desk.now())
    log.info("Request %s: every copy of %s was re-read and is good", number, manifest.backup)


@contextmanager
def _failure_recorded(desk: Desk, item_id: int) -> Iterator[None]:
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


def _job(desk: Desk, session: Session, plan: Plan, planned: PlannedItem, round_no: int) -> Callable[[Site], BackupJob]:
    """Return the job but for its site: reaching a host may take long, and nothing of the register is held then."""
    _check_still_so(desk, plan, planned)
    server, asset = desk.assets.by_name()[planned.asset]
    by_name = {destination.name: destination for destination in desk.policies.destinations}
    last = backups.latest_for_asset(session, planned.asset)
    registered = frozenset(backup.name for backup in requests.item_by_id(session, planned.item_id).backups)
    places = tuple(desk.place(by_name[copy.name]) for copy in plan.copies)
    return lambda site: BackupJob(
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
        policy=desk.policies.stream.model_copy(update={"recipients": plan.recipients}),
        predicted_bytes=planned.predicted_bytes,
        needed_bytes=round(last.stored_bytes * GROWTH) if last else planned.predicted_bytes,
        content_digest=plan.content_digest,
        min_copies=min(desk.policy_of(asset).min_copies, len(places)),
        registered=registered,
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


def _register(desk: Desk, job: BackupJob, manifest: Manifest, lost: Mapping[str, CadanganError]) -> None:
    why = {name: told(fault).sentence for name, fault in lost.items()}
    copies = [
        backups.StoredCopy(
            destination=place.name,
            artefact=part.name,
            url=place.url(job.asset, part.name),
            bytes=part.stored_bytes,
            sha256=part.sha256,
            missing=why.get(place.name),
        )
        for place in job.places
        for part in manifest.artefacts
    ]
    with desk.register.transaction() as session:
        backups.record_backup(session, requests.item_by_id(session, job.item_id), job.round, manifest, copies)


def _latest(session: Session, item_id: int, round_no: int) -> Backup:
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
        for copy in _latest(session, item_id, round_no).copies:
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
