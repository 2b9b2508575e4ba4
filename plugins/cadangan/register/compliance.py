"""What the register tells about time standards, the protection of assets and measured restores."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from cadangan.core.states import Verdict
from cadangan.register.models import Backup, Copy, Request, StepTime

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


def newest_good(session: Session, asset: str, before: datetime) -> datetime | None:
    """Return the recovery point of the newest back-up of `asset` made before `before` of which a copy is good.

    A copy is good when it was re-read with the right digest and no check of it failed.
    """
    failed = Verdict.FAILED.value
    statement = (
        select(Backup.snapshot_at)
        .join(Copy, Copy.backup_id == Backup.id)
        .where(
            Backup.asset == asset,
            Backup.ended_at < before,
            Copy.missing.is_(None),
            Copy.digest_check == Verdict.PASSED.value,
            Copy.decrypt_check != failed,
            Copy.contents_check != failed,
        )
        .order_by(Backup.snapshot_at.desc())
        .limit(1)
    )
    return session.scalars(statement).one_or_none()


def requests_of(session: Session, first: datetime, end: datetime) -> Sequence[Request]:
    """Return the requests that were registered or closed from `first` until before `end`, in order."""
    statement = select(Request).where(
        or_(
            (Request.created_at >= first) & (Request.created_at < end),
            (Request.closed_at >= first) & (Request.closed_at < end),
        )
    )
    return session.scalars(statement.order_by(Request.id)).all()
