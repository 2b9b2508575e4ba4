"""What the register tells about stored back-ups that may be rehearsed, and for how long none of an asset was proved."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from cadangan.core.drill import Candidate
from cadangan.core.states import Verdict
from cadangan.register.keeping import Destruction
from cadangan.register.models import Backup, Copy
from cadangan.register.rehearsal_row import RehearsalRow


def candidates(session: Session) -> Iterator[Candidate]:
    """Yield every back-up in stock of which no check failed."""
    proved, pace, failed = _proved(session), _pace(session), _failed(session)
    begun = select(Destruction.backup_id).where(Destruction.begun_at.is_not(None))
    statement = select(Backup.id, Backup.asset, Backup.snapshot_at, Backup.stored_bytes).where(
        Backup.deleted_at.is_(None), Backup.id.not_in(begun), Backup.id.not_in(_bad())
    )
    for key, asset, at, stored_bytes in session.execute(statement):
        expected = timedelta(seconds=pace.get(asset, 0.0) * stored_bytes)
        yield Candidate(key, asset, at, proved.get(asset), key in failed, expected)


def tried(session: Session, since: datetime) -> set[int]:
    """Return the back-ups of which a rehearsal began at or after `since`, also one that was not run."""
    return set(session.scalars(select(RehearsalRow.backup_id).where(RehearsalRow.started_at >= since)))


def last_proof(session: Session, asset: str) -> tuple[str, datetime] | None:
    """Return name and recovery point of the newest back-up of `asset` in stock that was proved, None for none."""
    statement = (
        select(Backup.name, Backup.snapshot_at)
        .join(RehearsalRow, RehearsalRow.backup_id == Backup.id)
        .where(Backup.asset == asset, Backup.deleted_at.is_(None), RehearsalRow.verdict == Verdict.PASSED.value)
        .order_by(Backup.snapshot_at.desc())
        .limit(1)
    )
    row = session.execute(statement).first()
    return (row[0], row[1]) if row else None


def _bad() -> Select[int]:
    """Return those of which a check of a copy failed."""
    failed = Verdict.FAILED.value
    return select(Copy.backup_id).where(
        or_(Copy.digest_check == failed, Copy.decrypt_check == failed, Copy.contents_check == failed)
    )


def _proved(session: Session) -> dict[str, datetime]:
    statement = (
        select(Backup.asset, func.max(RehearsalRow.ended_at))
        .join(RehearsalRow, RehearsalRow.backup_id == Backup.id)
        .where(RehearsalRow.verdict == Verdict.PASSED.value)
        .group_by(Backup.asset)
    )
    return {asset: at for asset, at in session.execute(statement)}  # noqa: C416 - rows are no pairs to a type checker


def _failed(session: Session) -> set[int]:
    """Return the back-ups whose newest rehearsal failed."""
    newest = select(func.max(RehearsalRow.id)).group_by(RehearsalRow.backup_id)
    statement = select(RehearsalRow.backup_id).where(
        RehearsalRow.id.in_(newest), RehearsalRow.verdict == Verdict.FAILED.value
    )
    return set(session.scalars(statement))


def _pace(session: Session) -> dict[str, float]:
    """Return the seconds for each stored byte that the last restore of an asset took."""
    newest = (
        select(func.max(RehearsalRow.id))
        .join(Backup, Backup.id == RehearsalRow.backup_id)
        .where(RehearsalRow.restore_seconds > 0)
        .group_by(Backup.asset)
    )
    seconds = RehearsalRow.restore_seconds + RehearsalRow.compare_seconds
    statement = (
        select(Backup.asset, seconds, Backup.stored_bytes)
        .join(RehearsalRow, RehearsalRow.backup_id == Backup.id)
        .where(RehearsalRow.id.in_(newest))
    )
    return {asset: taken / max(size, 1) for asset, taken, size in session.execute(statement)}
