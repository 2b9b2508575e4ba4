"""Recovery points, proofs that they can be used, and copies that lack."""

from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from cadangan.core.states import Verdict
from cadangan.register.keeping import Destruction
from cadangan.register.models import Backup, Copy
from cadangan.register.rehearsal_row import RehearsalRow
from cadangan.register.stock import in_stock


def latest_good(session: Session, at: datetime) -> dict[str, datetime]:
    """Return the recovery point of each asset's latest back-up made by `at`, and not destroyed by then, that has a
    whole copy somewhere with no failed check."""
    failed = (
        Copy.missing.is_not(None)
        | (Copy.digest_check != Verdict.PASSED.value)
        | (Copy.decrypt_check == Verdict.FAILED.value)
        | (Copy.contents_check == Verdict.FAILED.value)
    )
    bad = select(Copy.backup_id, Copy.destination).where(failed).distinct().subquery()
    whole = (
        select(Copy.backup_id)
        .outerjoin(bad, (bad.c.backup_id == Copy.backup_id) & (bad.c.destination == Copy.destination))
        .where(bad.c.backup_id.is_(None))
    )
    gone = select(Destruction.backup_id).where(Destruction.begun_at <= at)
    kept = or_(Backup.deleted_at.is_(None), Backup.deleted_at > at) & Backup.id.not_in(gone)
    latest = select(Backup.asset, func.max(Backup.snapshot_at)).where(Backup.ended_at <= at, kept, Backup.id.in_(whole))
    return {asset: moment for asset, moment in session.execute(latest.group_by(Backup.asset))}  # noqa: C416 - rows


def latest_proved(session: Session) -> dict[str, datetime]:
    """Return when a rehearsal of each asset last passed."""
    passed = select(Backup.asset, func.max(RehearsalRow.ended_at)).join(Backup, Backup.id == RehearsalRow.backup_id)
    rows = session.execute(passed.where(RehearsalRow.verdict == Verdict.PASSED.value).group_by(Backup.asset))
    return {asset: moment for asset, moment in rows}  # noqa: C416 - rows


def first_backups(session: Session) -> dict[str, datetime]:
    """Return when the first back-up of each asset was made, those that were destroyed since included."""
    rows = session.execute(select(Backup.asset, func.min(Backup.ended_at)).group_by(Backup.asset))
    return {asset: moment for asset, moment in rows}  # noqa: C416 - rows


def missing(session: Session) -> list[tuple[str, str]]:
    """Return the destination and the asset of every file that does not lie where it should."""
    lacking = select(Copy.destination, Backup.asset).join(Backup, Backup.id == Copy.backup_id)
    rows = session.execute(lacking.where(in_stock(), Copy.missing.is_not(None)))
    return [(destination, asset) for destination, asset in rows]
