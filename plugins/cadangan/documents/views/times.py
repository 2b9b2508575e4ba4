"""The table of time standards: how each step of the SOP kept its time."""

from dataclasses import dataclass
from datetime import datetime

from cadangan.config.sop import Sop, StepRule
from cadangan.core.states import ENDED, Status, Step
from cadangan.register.models import Request, StepTime

ON_TIME = "Tepat waktu"
LATE = "Terlambat"
RUNNING = "Berjalan"
LATE_RUNNING = "Terlambat, masih berjalan"
UNFINISHED = "Tidak diselesaikan"
DONE = "Selesai"
NOT_STARTED = "Belum dimulai"
SKIPPED = "Tidak dilaksanakan"


@dataclass(frozen=True)
class TimeRow:
    """One step in one round."""

    number: int
    title: str
    actor: str
    round: int
    standard: str | None
    started_at: datetime | None
    due_at: datetime | None
    ended_at: datetime | None
    status: str
    reason: str = ""


def time_rows(request: Request, sop: Sop, as_of: datetime) -> tuple[TimeRow, ...]:
    """Return a row for every step and round, in the SOP's order, as things stood at `as_of`."""
    ended = Status(request.status) in ENDED
    rows: list[TimeRow] = []
    for step in Step:
        rule = sop.steps[step]
        found = sorted((row for row in request.steps if row.step == step), key=lambda row: row.round)
        rows += [_row(rule, row, _status(row, as_of, ended)) for row in found] or [_without_times(request, step, rule)]
    return tuple(rows)


def _row(rule: StepRule, row: StepTime, status: str) -> TimeRow:
    return TimeRow(
        rule.number,
        rule.title,
        rule.actor,
        row.round,
        rule.standard,
        row.started_at,
        row.due_at,
        row.ended_at,
        status,
        row.late_reason or "",
    )


def _status(row: StepTime, as_of: datetime, request_ended: bool) -> str:
    late = row.due_at is not None and (row.ended_at or as_of) > row.due_at
    if row.ended_at is None and request_ended:
        return UNFINISHED
    if row.ended_at is None:
        return LATE_RUNNING if late else RUNNING
    if row.due_at is None:
        return DONE
    return LATE if late else ON_TIME


def _without_times(request: Request, step: Step, rule: StepRule) -> TimeRow:
    if step is Step.REGISTER:
        at = request.created_at
        return TimeRow(rule.number, rule.title, rule.actor, 1, rule.standard, at, None, at, DONE)
    status = SKIPPED if Status(request.status) in ENDED else NOT_STARTED
    return TimeRow(rule.number, rule.title, rule.actor, 1, rule.standard, None, None, None, status)
