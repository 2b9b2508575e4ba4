"""The compliance report: how the time standards were kept, and how well the assets are protected."""

import logging
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from datetime import time as clock_time

from sqlalchemy.orm import Session

from cadangan.config import coverage
from cadangan.config.calendar import work_calendar
from cadangan.core import clock
from cadangan.core.calendar import WorkCalendar
from cadangan.core.compliance import AssetState, StepRun, recap
from cadangan.core.states import ENDED, Status, Step
from cadangan.documents import mails, render, store
from cadangan.documents.views.compliance import compliance as view_of
from cadangan.errors import RequestRefused
from cadangan.register import compliance as facts
from cadangan.register import recovery, rehearsals
from cadangan.register.models import Request, StepTime
from cadangan.steps import post
from cadangan.steps.desk import Desk

log = logging.getLogger(__name__)

KIND = "compliance"
MINUTE = timedelta(minutes=1)


def period(text: str) -> tuple[date, date]:
    """Return the first day of "2026-11" or "2026" and the day after its last; raise RequestRefused for other text."""
    year, dash, month = text.partition("-")
    try:
        first = date(int(year), int(month) if dash else 1, 1)
    except ValueError as err:
        reason = f"“{text}” bukan periode; tulis bulan sebagai 2026-11 atau tahun sebagai 2026."
        raise RequestRefused("Laporan kepatuhan:", [reason]) from err
    months = 1 if dash else 12
    after = first.month - 1 + months
    return first, date(first.year + after // 12, after % 12 + 1, 1)


def last_month(desk: Desk) -> str:
    """Return the month before this one, as `period` reads it."""
    return f"{desk.now().astimezone(desk.zone).date().replace(day=1) - timedelta(days=1):%Y-%m}"


def write_report(desk: Desk, text: str) -> None:
    """Write the report of a period in all its editions, and the mail to the managers that carries it."""
    first, after = period(text)
    as_of = min(desk.now(), _midnight(desk, after))
    with desk.register.reading() as session:
        runs = tuple(step_runs(desk, session, first, after))
        assets = tuple(asset_states(desk, session, as_of))
    view = view_of(text, recap(runs, as_of), assets, desk.sop, as_of)
    editions = render.compliance(view)
    managers = desk.sop.in_role("manager", "", desk.now().astimezone(desk.zone).date())
    with desk.register.transaction() as session:
        place = desk.documents()
        names = [store.save_of_office(session, KIND, one, place, at=desk.now()).name for one in editions]
        mail = mails.compliance(view, desk.sop)
        post.enqueue_of_office(
            desk,
            session,
            mail,
            kind=KIND,
            # A report made anew says something new, or is the same and not mailed again.
            key=f"{text}/{_edition(editions)}",
            recipients=[person.email for person in managers],
            attachments=names,
        )
    log.info(
        "Compliance report of %s: %d steps, %d assets, mailed to %d people", text, len(runs), len(assets), len(managers)
    )


def step_runs(desk: Desk, session: Session, first: date, after: date) -> Iterator[StepRun]:
    """Yield every step with a standard that began from day `first` until before day `after`."""
    calendar = work_calendar(first)
    for step, request in facts.steps_begun(session, _midnight(desk, first), _midnight(desk, after)):
        if step.due_at is not None:
            yield _run(desk, calendar, step, request, step.due_at)


def asset_states(desk: Desk, session: Session, as_of: datetime) -> Iterator[AssetState]:
    """Yield how well each registered asset is protected at `as_of`."""
    latest, keeping = recovery.latest_good(session, as_of), coverage.keepers(desk.assets, desk.policies)
    for _, asset in desk.assets.by_name().values():
        proof = rehearsals.newest_proof(session, asset.name, as_of)
        yield AssetState(
            asset=asset.name,
            office=asset.owner,
            newest_good_at=latest.get(asset.name),
            rpo_hours=keeping[asset.name].rpo_hours,
            proved_at=proof.ended_at if proof else None,
            restore_seconds=(proof.ended_at - proof.started_at).total_seconds() if proof else None,
        )


def _run(desk: Desk, calendar: WorkCalendar, step: StepTime, request: Request, due_at: datetime) -> StepRun:
    in_force = calendar.nonstop if request.form.get("urgent") else calendar
    given_up = step.ended_at is None and Status(request.status) in ENDED
    pauses = [clock.Pause(row.started_at, row.ended_at, row.reason) for row in step.pauses if row.ended_at]
    minutes = clock.elapsed(in_force, step.started_at, step.ended_at, pauses) / MINUTE if step.ended_at else None
    return StepRun(
        request_no=request.number,
        service=request.service,
        office=str(request.form.get("skpd") or ""),
        step=Step(step.step),
        month=f"{step.started_at.astimezone(desk.zone):%Y-%m}",
        due_at=due_at,
        ended_at=step.ended_at,
        minutes=minutes,
        reason=step.late_reason or "",
        given_up=given_up,
    )


def _midnight(desk: Desk, day: date) -> datetime:
    return datetime.combine(day, clock_time(), desk.zone)


def _edition(editions: tuple[render.Rendered, ...]) -> str:
    return store.digest_of(next(one.content for one in editions if one.name.endswith(".fods")))
