"""What the register tells about requests and their time standards."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from cadangan.register.models import Request, StepTime

_BATCH = 1000


def steps_begun(session: Session, first: datetime, end: datetime) -> Iterator[tuple[StepTime, Request]]:
    """Yield the steps with a time standard that began from `first` until before `end`, with their requests."""
    statement = (
        select(StepTime, Request)
        .join(Request, Request.id == StepTime.request_id)
        .where(StepTime.started_at >= first, StepTime.started_at < end, StepTime.due_at.is_not(None))
        .order_by(StepTime.id)
    )
    rows = session.execute(statement.execution_options(yield_per=_BATCH))
    yield from ((step, request) for step, request in rows)


def requests_of(session: Session, first: datetime, end: datetime) -> Sequence[Request]:
    """Return the requests that were registered or closed from `first` until before `end`, in order."""
    statement = select(Request).where(
        or_(
            (Request.created_at >= first) & (Request.created_at < end),
            (Request.closed_at >= first) & (Request.closed_at < end),
        )
    )
    return session.scalars(statement.order_by(Request.id)).all()
