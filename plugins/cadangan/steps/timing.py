"""Start, pause and end the steps of a request on the working-time clock."""

from datetime import datetime

from sqlalchemy.orm import Session

from cadangan.config.sop import Sop
from cadangan.core import clock
from cadangan.core.calendar import WorkCalendar
from cadangan.core.states import Step
from cadangan.register import marks, requests
from cadangan.register.models import Request, StepTime
from cadangan.steps.desk import Desk


def begin(desk: Desk, session: Session, request: Request, step: Step, *, round_no: int, at: datetime) -> None:
    """Start `step` at `at`; a step that has started keeps its first times."""
    due_at = desk.due(request, step, at)
    requests.start_step(
        session,
        request,
        step,
        round_no,
        started_at=at,
        due_at=due_at,
        calendar_version=desk.calendar().version,
        instants=shares(desk, request, at, due_at) if due_at else {},
    )


def end(desk: Desk, session: Session, request: Request, step: Step, round_no: int, *, at: datetime) -> None:
    """End `step` at `at`, and a pause of its clock with it; the first end counts."""
    row = requests.step_of(session, request, step, round_no)
    resume(desk, session, row, at=at)
    requests.end_step(session, request, step, round_no, at=at)


def resume(desk: Desk, session: Session, row: StepTime, *, at: datetime) -> bool:
    """End the pause of a step's clock and move its due time by the working time that was lost; False without one."""
    open_pause = next((pause for pause in row.pauses if pause.ended_at is None), None)
    if open_pause is None:
        return False
    open_pause.ended_at = at
    if row.due_at:
        calendar = desk.calendar_of(row.request)
        pause = clock.Pause(open_pause.started_at, at, open_pause.reason)
        # One pause after the other gives the same due time as all at once.
        row.due_at = clock.extend(calendar, row.started_at, row.due_at, [pause])
        marks.place(session, row, _moved(calendar, row, pause))
    return True


def shares(desk: Desk, request: Request, start: datetime, due_at: datetime) -> dict[int, datetime]:
    """Return when which share, in percent, of the working time between `start` and `due_at` is used up."""
    calendar = desk.calendar_of(request)
    standard = clock.elapsed(calendar, start, due_at)
    wanted = [rule.share for rule in desk.sop.late.shares]
    return {share: clock.add(calendar, start, standard * share / 100) for share in wanted} | {100: due_at}


def due_of(request: Request, step: Step, round_no: int) -> datetime | None:
    """Return when `step` of `request` is due, None before it has started or without a standard."""
    return next((row.due_at for row in request.steps if row.step == step and row.round == round_no), None)


def whole_due(
    sop: Sop, calendar: WorkCalendar, start: datetime, *, earliest: datetime | None, urgent: bool
) -> datetime:
    """Return when a whole request that comes in at `start` is due: each step right after the one before is.

    :param earliest: before it the execution must not begin, should the letter say so.
    """
    at = start
    for step in Step:
        if step is Step.EXECUTE and earliest:
            at = max(at, earliest)
        standard = sop.steps[step].standard
        at = clock.due(calendar, at, standard, urgent) if standard else at
    return at


def _moved(calendar: WorkCalendar, row: StepTime, pause: clock.Pause) -> dict[int, datetime]:
    return {mark.share: clock.extend(calendar, row.started_at, mark.at, [pause]) for mark in row.marks}
