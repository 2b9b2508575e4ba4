"""A scheduled run from its hour to its end: entered, planned under the standing approval, concluded."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from cadangan.config.coverage import selected
from cadangan.config.policies import Policy
from cadangan.config.scheduling import Schedule
from cadangan.core.plan import Executor, Plan, PlannedCopy, Preconditions
from cadangan.core.states import ENDED, SCHEDULED, Result, Status, Step, overall
from cadangan.documents import notes
from cadangan.documents.failures import told
from cadangan.errors import ApprovalMissing, CadanganError, NotConfigured, RequestFailed, RunMissed
from cadangan.register import requests, standing
from cadangan.register.models import Request
from cadangan.register.notices import NoticeState
from cadangan.register.numbers import next_of_series
from cadangan.steps import confirm, plan_texts, post, tidy
from cadangan.steps.desk import Desk
from cadangan.steps.plan import planned_item

log = logging.getLogger(__name__)

SUMMARY = "scheduled_summary"
# A run that begins so much after its hour is not missed, only busy.
PUNCTUAL = timedelta(minutes=15)


@dataclass(frozen=True)
class Run:
    """A run of Airflow: whose policy, which, when it should have begun (None: by hand), and who started it."""

    policy: str
    dag_id: str
    run_id: str
    due_at: datetime | None
    started_by: str


def begin(desk: Desk, run: Run) -> list[int]:
    """Enter the run in the register, freeze its plan under the policy's standing approval; return its items' ids.

    :raises RunMissed: it comes too late for the policy's rule; that is on record.
    :raises ApprovalMissing: the standing approval has ended; that is on record.
    """
    policy, schedule = _policy(desk, run.policy)
    with desk.register.transaction() as session:
        request = _entered(desk, session, run, policy, schedule)
        number = request.number
        if request.status not in {Status.SUBMITTED, Status.FAILED, Status.CANCELLED}:
            return [item.id for item in request.items]
        due_at = datetime.fromisoformat(request.form["due_at"]) if request.form["due_at"] else None
    try:
        if missed := _missed(desk, schedule, due_at):
            raise RunMissed(f"Run {number} of policy {policy.name} is not made up for: {missed}.")
        return _frozen(desk, number, policy, schedule)
    except (RunMissed, ApprovalMissing) as refused:
        status = Status.CANCELLED if isinstance(refused, RunMissed) else Status.FAILED
        _refuse(desk, number, status, refused)
        raise


def items_on(desk: Desk, number: str, server: str) -> list[int]:
    """Return the ids of the run's items on a server."""
    here = {asset.name for each in desk.assets.servers if each.name == server for asset in each.assets}
    with desk.register.reading() as session:
        return [item.id for item in requests.by_number(session, number).items if item.asset in here]


def conclude(desk: Desk, number: str) -> None:
    """Close the run with what came of it; the staff is mailed when not all of it succeeded."""
    with desk.register.transaction() as session:
        request = requests.by_number(session, number)
        now = desk.now()
        if request.status not in ENDED:
            _close(session, request, now)
        if request.status != Status.DONE or request.result != Result.SUCCEEDED:
            _tell_staff(desk, session, request)
        status, result = request.status, request.result
    tidy.sweep_leftovers(desk, number)
    log.info("Run %s: ended as %s (%s)", number, status, result)


def check(desk: Desk, number: str) -> None:
    """Raise RequestFailed unless every item of the run was backed up and checked, so that its state is true."""
    with desk.register.reading() as session:
        request = requests.by_number(session, number)
        failed = [f"{i.asset}: {i.error_detail or i.error}" for i in request.items if i.result != Result.SUCCEEDED]
        if request.status != Status.DONE or failed:
            raise RequestFailed(
                f"Run {number} ended as {request.status} ({request.result}). {request.close_note} {'; '.join(failed)}"
            )
        if unsent := [notice.error or "not tried" for notice in request.notices if notice.state != NoticeState.SENT]:
            raise RequestFailed(f"Run {number} ended well, but mails could not be sent: {'; '.join(unsent)}")


def _policy(desk: Desk, name: str) -> tuple[Policy, Schedule]:
    policy = next((policy for policy in desk.policies.policies if policy.name == name), None)
    if policy is None or policy.schedule is None:
        raise NotConfigured(f"policies.yaml has no schedule for policy {name} any more; its DAG goes with it.")
    return policy, policy.schedule


def _entered(desk: Desk, session: Session, run: Run, policy: Policy, schedule: Schedule) -> Request:
    due_at = run.due_at.astimezone(UTC).isoformat() if run.due_at else None
    form: Mapping[str, Any] = {"policy": policy.name, "due_at": due_at, **schedule.standing(policy.name).facts()}
    return requests.register_request(
        session,
        dag_id=run.dag_id,
        run_id=run.run_id,
        form=dict(form),
        letter_key=f"{run.dag_id}|{run.run_id}",
        items=[asset.name for _, asset in selected(desk.assets, policy)],
        recorded_by=run.started_by,
        violations=[],
        prefix=desk.policies.schedule_prefix,
        now=desk.now(),
        service=SCHEDULED,
        numbered=next_of_series,
    )


def _missed(desk: Desk, schedule: Schedule, due_at: datetime | None) -> str:
    """Return why the run is not made up for, nothing when it may begin."""
    now = desk.now()
    if schedule.windows and schedule.window(now.astimezone(desk.zone)) is None:
        return "none of its windows is open"
    late = now - due_at if due_at else timedelta()
    limit = schedule.catch_up_hours
    if limit is not None and late > max(timedelta(hours=limit), PUNCTUAL):
        return f"it is {late} late, and catch_up_hours is {limit:g}"
    return ""


def _refuse(desk: Desk, number: str, status: Status, refused: CadanganError) -> None:
    """Record that nothing of the run was backed up: retention lets nothing of its assets go after that."""
    shown, now = told(refused), desk.now()
    with desk.register.transaction() as session:
        request = requests.by_number(session, number)
        why, result = str(refused), Result.FAILED
        requests.change_status(session, request, status, actor="cadangan", why=why, now=now, result=result)
        for item in request.items:
            requests.set_item_result(session, item.id, result, error=shown.sentence, detail=shown.detail, at=now)


def _frozen(desk: Desk, number: str, policy: Policy, schedule: Schedule) -> list[int]:
    with desk.register.transaction() as session:
        request = requests.by_number(session, number)
        now = desk.now()
        plan = _plan(desk, session, request, policy, schedule)
        standing.freeze(session, request, plan, schedule.standing(policy.name), at=now)
        requests.change_status(
            session, request, Status.PLANNED, actor="cadangan", why=f"persetujuan tetap {plan.disposition}", now=now
        )
        # Without a time standard: the SOP's are for letters. It tells which rounds there were.
        requests.start_step(
            session, request, Step.EXECUTE, 1, started_at=now, due_at=None, calendar_version=desk.calendar().version
        )
        return [item.id for item in request.items]


def _plan(desk: Desk, session: Session, request: Request, policy: Policy, schedule: Schedule) -> Plan:
    now, given = desk.now().astimezone(UTC), schedule.approval
    stream = desk.policies.stream
    staff = desk.sop.in_role("staff", "", now.astimezone(desk.zone).date())
    return Plan(
        request_no=request.number,
        version=len(request.plans) + 1,
        letter=f"{given.number} tanggal {given.day}",
        disposition=given.number,
        preconditions=Preconditions(time=True, personnel=True, facilities=True),
        start=now,
        valid_until=_valid_until(desk, policy, schedule),
        executors=tuple(Executor(user=p.user, name=p.name, nip=p.nip, role=p.position) for p in staff),
        items=tuple(planned_item(desk, session, item) for item in request.items),
        # A destination that is away must fail its dumps, not the plan of all.
        copies=tuple(
            PlannedCopy(name=place.name, url=place.url, location=place.location, free_bytes=None)
            for place in desk.policies.destinations_of(policy)
        ),
        min_copies=policy.min_copies,
        retention_days=policy.retention_days,
        compression=f"zstd tingkat {stream.level}",
        encryption=plan_texts.ENCRYPTION,
        recipients=stream.recipients,
        content_digest=policy.content_digest,
        steps=plan_texts.STEPS,
        risks=plan_texts.RISKS,
        rollback=plan_texts.ROLLBACK,
        criteria=plan_texts.CRITERIA,
    )


def _valid_until(desk: Desk, policy: Policy, schedule: Schedule) -> datetime:
    now = desk.now()
    window = schedule.window(now.astimezone(desk.zone))
    return window[1].astimezone(UTC) if window else now.astimezone(UTC) + timedelta(days=policy.approval_days)


def _close(session: Session, request: Request, now: datetime) -> None:
    for item in request.items:
        if item.result is None:
            requests.set_item_result(session, item.id, Result.FAILED, error=confirm.NOT_FINISHED, at=now)
    if any(row.step == Step.EXECUTE for row in request.steps):
        requests.end_step(session, request, Step.EXECUTE, 1, at=now)
    result = overall([Result(item.result or Result.FAILED) for item in request.items])
    status = Status.FAILED if result is Result.FAILED else Status.DONE
    requests.change_status(session, request, status, actor="cadangan", why=result.value, now=now, result=result)


def _tell_staff(desk: Desk, session: Session, request: Request) -> None:
    people = desk.sop.in_role("staff", "", desk.now().astimezone(desk.zone).date())
    results = "".join("1" if item.result == Result.SUCCEEDED else "0" for item in request.items)
    post.enqueue(
        desk,
        session,
        request,
        notes.scheduled_summary(request, desk.sop),
        kind=SUMMARY,
        recipients=[person.email for person in people],
        key=f"{request.status}/{results}"[:200],
    )
