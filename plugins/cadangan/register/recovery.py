"""Recovery points, and copies that lack."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cadangan.core.states import Verdict
from cadangan.register.models import Backup, Copy
from cadangan.register.stock import in_stock


def latest_good(session: Session) -> dict[str, datetime]:
    """Return the recovery point of each asset's latest back-up that has a whole copy somewhere with no failed check."""
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
    latest = select(Backup.asset, func.max(Backup.snapshot_at)).where(in_stock(), Backup.id.in_(whole))
    return {asset: at for asset, at in session.execute(latest.group_by(Backup.asset))}  # noqa: C416 - rows, not pairs


def missing(session: Session) -> list[tuple[str, str]]:
    """Return the destination and the asset of every file that does not lie where it should."""
    lacking = select(Copy.destination, Backup.asset).join(Backup, Backup.id == Copy.backup_id)
    rows = session.execute(lacking.where(in_stock(), Copy.missing.is_not(None)))
    return [(destination, asset) for destination, asset in rows]
