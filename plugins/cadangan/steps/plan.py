"""Step 3: the plan is drafted, changed by the planner at the gate, and frozen (Merencanakan pelaksanaan)."""

import logging
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from cadangan.config.destinations import Destination
from cadangan.config.policies import Policy
from cadangan.core.choices import PlanChoice
from cadangan.core.plan import Executor, Plan, PlannedCopy, PlannedItem, Preconditions
from cadangan.core.request import instant
from cadangan.core.states import Status, Step
from cadangan.documents import formats
from cadangan.engines import engine
from cadangan.errors import AnswerRefused, ApprovalMissing, ClockError, VaultError
from cadangan.register import backups, decisions, plans, requests
from cadangan.register.models import Item, Request
from cadangan.steps import plan_texts, timing
from cadangan.steps.desk import Desk
from cadangan.steps.verify import inspect_asset
from cadangan.vault.place import free_bytes

log = logging.getLogger(__name__)
# Without history a dump is taken to run at this pace; the first back-ups of an asset replace it.
ASSUMED_BYTES_PER_SECOND = 20_000_000
# The plan gate has an hour of working time; a start within a day may pass before the answer comes.
SOON = timedelta(days=1)


def draft(desk: Desk, number: str) -> None:
    """Inspect the targets anew and save the draft that the plan gate shows."""
    with desk.register.transaction() as session:
        assets = [item.asset for item in requests.by_number(session, number).items]
    findings = {asset: inspect_asset(desk, number, asset) for asset in assets}
    with desk.register.transaction() as session:
        request = requests.by_number(session, number)
        for item in request.items:
            item.inspection = findings[item.asset]
        plans.save_draft(session, request, _draft(desk, session, request))


def form_defaults(desk: Desk, session: Session, request: Request) -> dict[str, Any]:
    """Return the values with which the plan gate's form starts."""
    plan = Plan.model_validate_json(plans.current(session, request).body)
    return {
        # A start that has come by the time of the answer would be refused; nothing means at once.
        "start": plan.start.isoformat() if plan.start > desk.now() + SOON else None,
        "executors": [person.user for person in plan.executors],
    }


def finalise(desk: Desk, session: Session, request: Request, form: Mapping[str, Any]) -> Plan:
    """Return the drafted plan with the planner's schedule, personnel and ticks.

    :raises AnswerRefused: a precondition is not ticked, the schedule or personnel are not valid, or a
        target cannot be dumped as things stand.
    """
    plan = Plan.model_validate_json(plans.current(session, request).body)
    met = Preconditions(
        time=form.get("time") is True,
        personnel=form.get("personnel") is True,
        facilities=form.get("facilities") is True,
    )
    if missing := met.missing():
        raise AnswerRefused(f"Prasyarat SOP belum dicentang: {', '.join(missing)}.")
    if blockers := [text for item in request.items for text in item.inspection.get("blockers", [])]:
        raise AnswerRefused(
            f"Rencana tidak dapat disetujui karena masih ada halangan: {' '.join(blockers)} "
            "Kembalikan permohonan, atau atasi halangan lalu ulangi tugas penyusunan rencana."
        )
    start = _start(desk, form)
    try:
        desk.due(request, Step.EXECUTE, start)
    except ClockError as err:
        raise AnswerRefused(f"Jadwal {formats.weekday(start)} berada di luar kalender kerja yang dikenal.") from err
    if (end := instant(request.form.get("window_end"))) and start >= end:
        raise AnswerRefused(
            "Jadwal mulai melewati waktu paling akhir yang diminta pemohon; "
            "kembalikan permohonan agar dijadwalkan ulang."
        )
    return plan.model_copy(
        update={
            "preconditions": met,
            "start": start,
            "valid_until": valid_until(desk, request, start),
            "executors": executors(desk, form.get("executors")),
            "note": str(form.get("note") or "").strip(),
        }
    )


def freeze(desk: Desk, number: str) -> list[int]:
    """Freeze the approved plan and return the ids of its items."""
    with desk.register.transaction() as session:
        request = requests.by_number(session, number)
        decision = decisions.standing(session, request, Step.PLAN, 1)
        if decision is None or decision.choice != PlanChoice.APPROVE:
            raise ApprovalMissing(f"Request {number} has no approved plan to freeze; answer the plan gate first.")
        plan = Plan.model_validate_json(plans.current(session, request).body)
        now = desk.now()
        plans.freeze(session, request, plan, actor=decision.by_user, at=now)
        requests.change_status(
            session, request, Status.PLANNED, actor=decision.by_user, why="rencana ditetapkan", now=now
        )
        # SOP step 4 runs from the agreed schedule, so a night window is not late before it opens.
        timing.begin(desk, session, request, Step.EXECUTE, round_no=1, at=max(decision.at, plan.start))
        return [item.id for item in request.items]


def _draft(desk: Desk, session: Session, request: Request) -> Plan:
    policy = policy_of(desk, request)
    now = desk.now().astimezone(UTC)
    wanted = instant(request.form.get("window_start"))
    start = max(now, wanted.astimezone(UTC)) if wanted else now
    return Plan(
        request_no=request.number,
        version=len(request.plans) + 1,
        letter=f"{request.form['letter_number']} tanggal {request.form['letter_date']}",
        disposition=request.number,
        preconditions=Preconditions(),
        start=start,
        valid_until=valid_until(desk, request, start),
        executors=executors(desk, list(desk.sop.roles["staff"].people)),
        items=tuple(planned_item(desk, session, item) for item in request.items),
        min_copies=policy.min_copies,
        copies=tuple(planned_copy(desk, place) for place in desk.policies.destinations_of(policy)),
        retention_days=policy.retention_days,
        compression=f"zstd tingkat {desk.policies.stream.level}",
        encryption=plan_texts.ENCRYPTION,
        recipients=desk.policies.stream.recipients,
        content_digest=policy.content_digest,
        steps=plan_texts.STEPS,
        risks=plan_texts.RISKS,
        rollback=plan_texts.ROLLBACK,
        criteria=plan_texts.CRITERIA,
    )


def planned_item(desk: Desk, session: Session, item: Item) -> PlannedItem:
    """Return what the plan says of an item: by its inspection, else by the asset's last back-up."""
    server, asset = desk.assets.find(item.asset)
    found = item.inspection
    last = backups.latest_for_asset(session, item.asset)
    raw = int(found.get("predicted_bytes") or (last.raw_bytes if last else 0))
    pace = last.raw_bytes / last.seconds if last and last.seconds and last.raw_bytes else ASSUMED_BYTES_PER_SECOND
    return PlannedItem(
        item_id=item.id,
        asset=item.asset,
        server=server.name,
        engine=server.engine,
        database=asset.database,
        server_version=str(found.get("server_version") or "-"),
        client=str(found.get("dumps_with") or "-"),
        method=engine(server.engine).METHOD,
        predicted_bytes=raw,
        predicted_seconds=max(1, round(raw / pace)),
        warnings=(*found.get("blockers", []), *found.get("warnings", [])),
        exclude=asset.exclude,
    )


def planned_copy(desk: Desk, destination: Destination) -> PlannedCopy:
    """Return a destination with the room that it has now, None where it cannot be looked at."""
    try:
        free = free_bytes(desk.place(destination))
    except VaultError as err:
        # It may be back when the plan is carried out.
        log.warning("Destination %s cannot be looked at: %s", destination.name, err)
        free = None
    return PlannedCopy(name=destination.name, url=destination.url, location=destination.location, free_bytes=free)


def policy_of(desk: Desk, request: Request) -> Policy:
    """Return the policy of the request's items."""
    # One request has one plan and so one policy: the letter's rules refuse a mixture.
    return desk.policy_of(desk.assets.find(request.items[0].asset)[1])


def _start(desk: Desk, form: Mapping[str, Any]) -> datetime:
    now = desk.now().astimezone(UTC)
    try:
        wanted = instant(form.get("start"))
    except ValueError as err:
        raise AnswerRefused(f"Jadwal “{form.get('start')}” bukan waktu dengan zona.") from err
    if wanted and wanted < now - timedelta(minutes=5):
        raise AnswerRefused("Jadwal mulai sudah lewat; pilih waktu yang akan datang atau kosongkan untuk segera.")
    return max(wanted.astimezone(UTC), now) if wanted else now


def valid_until(desk: Desk, request: Request, start: datetime) -> datetime:
    """Return until when the approval of a plan that starts at `start` holds."""
    end = instant(request.form.get("window_end"))
    longest = start + timedelta(days=policy_of(desk, request).approval_days)
    return min(longest, end.astimezone(UTC)) if end else longest


def executors(desk: Desk, users: object) -> tuple[Executor, ...]:
    """Return the people behind log-ins; raise AnswerRefused when there are none, or one is not of the staff."""
    staff = {person.user: person for person in desk.sop.in_role("staff", "", desk.now().astimezone(desk.zone).date())}
    chosen = [str(user) for user in users] if isinstance(users, list) else []
    if strangers := [user for user in chosen if user not in staff]:
        raise AnswerRefused(f"Bukan personil data center: {', '.join(strangers)}; pilih dari {', '.join(staff)}.")
    if not chosen:
        raise AnswerRefused("Pilih sedikitnya satu personil pelaksana.")
    return tuple(Executor(user=u, name=staff[u].name, nip=staff[u].nip, role=staff[u].position) for u in chosen)
