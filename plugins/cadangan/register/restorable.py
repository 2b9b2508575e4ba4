"""Which back-ups can be restored: those in stock of which a destination holds every file, checked and good."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from cadangan.core.audit import canonical
from cadangan.core.plan import digest_of
from cadangan.core.restoring import RESTORE
from cadangan.core.states import Verdict
from cadangan.register.keeping import Destruction
from cadangan.register.models import Backup, Item, Request


def newest_good(session: Session, asset: str, until: datetime | None) -> Backup | None:
    """Return the good back-up of `asset` with the newest recovery point at or before `until`, None when there is none.

    What was saved before a restore is restored by its name only: it holds what was to be replaced.
    """
    statement = (
        _in_stock(asset)
        .join(Item, Item.id == Backup.item_id)
        .join(Request, Request.id == Item.request_id)
        .where(Request.service != RESTORE)
    )
    if until is not None:
        statement = statement.where(Backup.snapshot_at <= until)
    return next((backup for backup in session.scalars(statement) if good_destinations(backup)), None)


def by_name(session: Session, asset: str, name: str) -> Backup | None:
    """Return the back-up of `asset` with that name if it is in stock and good, else None."""
    backup = session.scalars(_in_stock(asset).where(Backup.name == name)).one_or_none()
    return backup if backup and good_destinations(backup) else None


def good_destinations(backup: Backup) -> list[str]:
    """Return where every file of `backup` was read again and no check failed, in the order of its copies."""
    names = dict.fromkeys(copy.destination for copy in backup.copies)
    return [name for name in names if all(_verdicts(backup, name))]


def manifest_digest(backup: Backup) -> str:
    """Return the SHA-256 of the manifest as the register has it."""
    return digest_of(canonical(backup.manifest))


def _in_stock(asset: str) -> Select[Backup]:
    begun = select(Destruction.backup_id).where(Destruction.begun_at.is_not(None))
    return (
        select(Backup)
        .where(Backup.asset == asset, Backup.deleted_at.is_(None), Backup.id.not_in(begun))
        .order_by(Backup.snapshot_at.desc(), Backup.id.desc())
    )


def _verdicts(backup: Backup, destination: str) -> Iterator[bool]:
    for copy in backup.copies:
        if copy.destination == destination:
            opened = (copy.decrypt_check, copy.contents_check)
            yield copy.digest_check == Verdict.PASSED and Verdict.FAILED not in opened
