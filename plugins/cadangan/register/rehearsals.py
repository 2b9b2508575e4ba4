"""Rehearsals of back-ups, as they are recorded and asked for."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from cadangan.core.audit import Action
from cadangan.core.states import Verdict
from cadangan.errors import RecordMissing
from cadangan.register import audit
from cadangan.register.models import Backup
from cadangan.register.rehearsal_row import RehearsalRow


def record(session: Session, backup_name: str, row: RehearsalRow, *, actor: str = audit.SYSTEM) -> RehearsalRow:
    """Record a rehearsal of the back-up of that name and return it; audited."""
    backup = session.scalars(select(Backup).where(Backup.name == backup_name)).one_or_none()
    if backup is None:
        raise RecordMissing(f"Back-up {backup_name} is not in the register, so its rehearsal cannot be recorded.")
    audit.lock(session)
    backup.rehearsals.append(row)
    session.flush()
    facts = {
        "backup": backup.name,
        "destination": row.destination,
        "verdict": row.verdict,
        "different": row.different,
        "reason": row.reason,
        "seconds": round((row.ended_at - row.started_at).total_seconds(), 3),
    }
    number = backup.item.request.number
    audit.append(session, actor=actor, action=Action.REHEARSED, subject=number, detail=facts, at=row.ended_at)
    return row


def newest_proof(session: Session, asset: str, before: datetime) -> RehearsalRow | None:
    """Return the newest rehearsal of `asset` that passed before `before`, None when there is none."""
    statement = (
        select(RehearsalRow)
        .join(Backup, Backup.id == RehearsalRow.backup_id)
        .where(Backup.asset == asset, RehearsalRow.verdict == Verdict.PASSED.value, RehearsalRow.ended_at < before)
        .order_by(RehearsalRow.ended_at.desc())
        .limit(1)
    )
    return session.scalars(statement).one_or_none()


def last_proved(session: Session, backup_id: int) -> datetime | None:
    """Return when a rehearsal of this back-up last passed, None when none did."""
    statement = (
        select(RehearsalRow.ended_at)
        .where(RehearsalRow.backup_id == backup_id, RehearsalRow.verdict == Verdict.PASSED)
        .order_by(RehearsalRow.ended_at.desc())
        .limit(1)
    )
    return session.scalars(statement).one_or_none()
