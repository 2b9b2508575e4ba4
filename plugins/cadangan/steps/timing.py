"""Start and end the steps of a request on the working-time clock."""

from datetime import datetime

from sqlalchemy.orm import Session

from cadangan.core.states import Step
from cadangan.register import requests
from cadangan.register.models import Request
from cadangan.steps.desk import Desk


def begin(desk: Desk, session: Session, request: Request, step: Step, *, round_no: int, at: datetime) -> None:
    """Start `step` at `at`; a step that has started keeps its first times."""
    requests.start_step(
        session,
        request,
        step,
        round_no,
        started_at=at,
        due_at=desk.due(request, step, at),
        calendar_version=desk.calendar().version,
    )


def due_of(request: Request, step: Step, round_no: int) -> datetime | None:
    """Return when `step` of `request` is due, None before it has started or without a standard."""
    return next((row.due_at for row in request.steps if row.step == step and row.round == round_no), None)
