"""The table of time standards: how each step of the SOP kept its time."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from cadangan.config.sop import Sop, StepRule
from cadangan.core.states import ENDED, Status, Step
from cadangan.documents.formats import short_moment
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
    """One step in one round.

    :param reason: pauses of its clock, and why it was late.
    """

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
        "\n".join(_notes(row)),
    )


def _notes(row: StepTime) -> Iterator[str]:
    """Yield what has to be said about the times of a step: the pauses of its clock, and why it was late."""
    for pause in row.pauses:
        until = f"sampai {short_moment(pause.ended_at)}" if pause.ended_at else "dan belum dijalankan kembali"
        yield f"Jam layanan dihentikan {short_moment(pause.started_at)} {until}: {pause.reason}"
    if row.late_reason:
        yield f"Alasan keterlambatan: {row.late_reason}"


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
