"""What is in stock: the back-ups that were not destroyed, what their checks said, what is locked, what failed last."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.orm import Session

from cadangan.core.audit import Action
from cadangan.core.restoring import RESTORE
from cadangan.core.retention import Kept, Lock
from cadangan.core.states import Result, Verdict
from cadangan.errors import RecordMissing
from cadangan.register import audit
from cadangan.register.keeping import BackupLock, Destruction
from cadangan.register.models import Backup, Copy, Item, Request
from cadangan.register.requests import storable


class Stored(NamedTuple):
    """A file that the register says lies at a destination."""

    backup: str
    asset: str
    destination: str
    artefact: str


def kept(session: Session, now: datetime) -> list[Kept]:
    """Return every back-up that was not destroyed and whose destruction has not begun.

    A back-up is good when at one destination at least every file of it was read again and no check failed.
    """
    good, locks = _good(session), _locks(session, now)
    columns = select(Backup.id, Backup.asset, Backup.snapshot_at, Backup.stored_bytes)
    rows = session.execute(columns.where(in_stock()))
    return [Kept(key, asset, at, key in good, size, locks.get(key)) for key, asset, at, size in rows]


def unfinished(session: Session) -> list[tuple[int, str, str]]:
    """Return id, asset and reason of the back-ups whose destruction began and did not end: copies may be gone."""
    statement = select(Backup.id, Backup.asset, Destruction.why).join(Destruction, Destruction.backup_id == Backup.id)
    rows = session.execute(statement.where(Backup.deleted_at.is_(None), Destruction.begun_at.is_not(None)))
    return [(key, asset, why) for key, asset, why in rows]


def files(session: Session) -> list[Stored]:
    """Return the files that must lie in the vault: those of every back-up in stock, but for the ones known to lack."""
    statement = select(Backup.name, Backup.asset, Copy.destination, Copy.artefact).join(Copy)
    rows = session.execute(statement.where(in_stock(), Copy.missing.is_(None)))
    return [Stored(*row) for row in rows]


def names(session: Session) -> set[str]:
    """Return the names of all back-ups that were not destroyed, those whose destruction has begun included."""
    return set(session.scalars(select(Backup.name).where(Backup.deleted_at.is_(None))))


def failed_last(session: Session) -> set[str]:
    """Return the assets whose last back-up that ended failed."""
    # How a restore came out says nothing of the back-ups.
    backed_up = select(Request.id).where(Request.service != RESTORE)
    ended = select(func.max(Item.id)).where(Item.result.is_not(None), Item.request_id.in_(backed_up))
    latest = ended.group_by(Item.asset)
    return set(session.scalars(select(Item.asset).where(Item.id.in_(latest), Item.result == Result.FAILED.value)))


def lock_backup(
    session: Session, name: str, *, why: str, by_user: str, at: datetime, until: datetime | None = None
) -> BackupLock:
    """Keep a back-up from being destroyed until `until`, or for good; audited. Raise RecordMissing."""
    backup = _by_name(session, name)
    row = BackupLock(backup_id=backup.id, why=storable(why), by_user=by_user, at=at, until=until)
    session.add(row)
    facts = {"backup": name, "why": why, "until": until.isoformat() if until else None}
    audit.append(session, actor=by_user, action=Action.BACKUP_LOCKED, subject=name, detail=facts, at=at)
    return row


def unlock_backup(session: Session, name: str, *, why: str, by_user: str, at: datetime) -> int:
    """Release every lock of a back-up and return how many there were; audited. Raise RecordMissing."""
    backup = _by_name(session, name)
    rows = session.scalars(
        select(BackupLock).where(BackupLock.backup_id == backup.id, BackupLock.released_at.is_(None))
    ).all()
    for row in rows:
        row.released_at = at
    facts = {"backup": name, "why": why, "locks": len(rows)}
    audit.append(session, actor=by_user, action=Action.BACKUP_UNLOCKED, subject=name, detail=facts, at=at)
    return len(rows)


def immutable(session: Session, days: Mapping[str, int], now: datetime) -> dict[int, Lock]:
    """Return the back-ups of which nobody can delete a copy yet, with the lock that ends last.

    :param days: for how long a copy is locked, by the destinations that lock them.
    """
    found: dict[int, Lock] = {}
    for destination, count in sorted(days.items(), key=lambda each: each[1]):
        held = select(Copy.backup_id, Backup.ended_at).join(Backup).distinct()
        young = held.where(Copy.destination == destination, Copy.missing.is_(None), in_stock())
        rows = session.execute(young.where(Backup.ended_at > now - timedelta(days=count)))
        found |= {key: Lock(f"immutable at {destination}", at + timedelta(days=count)) for key, at in rows}
    return found


def locked(session: Session, backup_id: int, now: datetime) -> bool:
    """Return whether a lock keeps a back-up now."""
    return backup_id in _locks(session, now)


def in_stock() -> ColumnElement[bool]:
    """Say which back-ups are to lie in the vault: those that were not destroyed and whose destruction has not begun."""
    return and_(Backup.deleted_at.is_(None), Backup.id.not_in(_begun()))


def _begun() -> Select[int]:
    return select(Destruction.backup_id).where(Destruction.begun_at.is_not(None))


def _good(session: Session) -> set[int]:
    failed = or_(
        Copy.missing.is_not(None),
        Copy.digest_check != Verdict.PASSED.value,
        Copy.decrypt_check == Verdict.FAILED.value,
        Copy.contents_check == Verdict.FAILED.value,
    )
    statement = select(Copy.backup_id).group_by(Copy.backup_id, Copy.destination)
    return set(session.scalars(statement.having(func.sum(case((failed, 1), else_=0)) == 0)))


def _locks(session: Session, now: datetime) -> dict[int, Lock]:
    """Return the lock that lasts longest of each back-up."""
    holding = or_(BackupLock.until.is_(None), BackupLock.until > now)
    statement = select(BackupLock).where(and_(BackupLock.released_at.is_(None), holding))
    # The last one written wins: those with an end in its order, then those without.
    rows = session.scalars(statement.order_by(BackupLock.until.is_(None), BackupLock.until))
    return {row.backup_id: Lock(row.why, row.until) for row in rows}


def _by_name(session: Session, name: str) -> Backup:
    backup = session.scalars(select(Backup).where(Backup.name == name, Backup.deleted_at.is_(None))).one_or_none()
    if backup is None:
        raise RecordMissing(f"No back-up {name} is in stock; check its name.")
    return backup
