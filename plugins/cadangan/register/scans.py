"""Scans of the vault: what should lie where, what was found, and how much lies at each destination."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from cadangan.core.audit import Action
from cadangan.core.scanning import Finding
from cadangan.core.states import Verdict
from cadangan.register import audit
from cadangan.register.models import Backup, Copy
from cadangan.register.stock import in_stock
from cadangan.register.watching import Scan, StoredBytes


class Known(NamedTuple):
    """A file that the register knows.

    :param missing: it is known not to lie there.
    :param bad: its digest was wrong the last time that it was read.
    """

    copy_id: int
    backup_id: int
    backup: str
    asset: str
    destination: str
    artefact: str
    bytes: int
    sha256: str
    checked_at: datetime | None
    missing: bool
    bad: bool


def known(session: Session) -> list[Known]:
    """Return every file that is to lie in the vault: the ones that were not read for the longest time first."""
    columns = (
        Copy.id,
        Backup.id,
        Backup.name,
        Backup.asset,
        Copy.destination,
        Copy.artefact,
        Copy.bytes,
        Copy.sha256,
        Copy.checked_at,
        Copy.missing.is_not(None),
        Copy.digest_check == Verdict.FAILED.value,
    )
    statement = select(*columns).join(Backup, Backup.id == Copy.backup_id).where(in_stock())
    rows = session.execute(statement.order_by(Copy.checked_at.is_not(None), Copy.checked_at, Copy.id))
    return [Known(*row) for row in rows]


def backup_in_stock(session: Session, backup_id: int) -> Backup | None:
    """Return the back-up, None when it is not to lie in the vault any more."""
    return session.scalars(select(Backup).where(Backup.id == backup_id, in_stock())).one_or_none()


def begin(session: Session, at: datetime) -> Scan:
    """Record that a scan begins and return it."""
    scan = Scan(started_at=at, findings=[])
    session.add(scan)
    session.flush()
    return scan


def end(session: Session, scan_id: int, counts: Mapping[str, int], findings: Sequence[Finding], at: datetime) -> None:
    """Record what a scan found; audited.

    :param counts: `files`, `bytes` and `good`.
    """
    scan = session.get_one(Scan, scan_id)
    scan.ended_at, scan.findings = at, [finding.stored() for finding in findings]
    scan.files, scan.bytes, scan.good = counts["files"], counts["bytes"], counts["good"]
    facts = {**counts, "findings": scan.findings}
    audit.append(session, actor=audit.SYSTEM, action=Action.SCANNED, subject=f"scan {scan_id}", detail=facts, at=at)


def latest(session: Session) -> Scan | None:
    """Return the newest scan that ended."""
    return session.scalars(
        select(Scan).where(Scan.ended_at.is_not(None)).order_by(Scan.started_at.desc()).limit(1)
    ).one_or_none()


def note_read(session: Session, copy_id: int, at: datetime) -> None:
    """Record that a file was read again and is what was written."""
    copy = session.get_one(Copy, copy_id)
    copy.checked_at, copy.digest_check, copy.missing = at, Verdict.PASSED.value, None
    if Verdict.FAILED.value not in {copy.decrypt_check, copy.contents_check}:
        copy.check_detail = ""


def note_missing(session: Session, copy_id: int, why: str, at: datetime) -> None:
    """Record that a file does not lie where it should; audited.

    :param why: an Indonesian sentence.
    """
    copy = session.get_one(Copy, copy_id)
    copy.missing, copy.digest_check, copy.check_note, copy.checked_at = why, Verdict.FAILED.value, why, at
    _audited(session, copy, Action.COPY_CHECKED, {"missing": why}, at)


def note_bad(session: Session, copy_id: int, why: str, detail: str, at: datetime) -> None:
    """Record that a file is not what was written; audited."""
    copy = session.get_one(Copy, copy_id)
    copy.digest_check, copy.check_note, copy.check_detail = Verdict.FAILED.value, why, detail
    copy.checked_at = at
    _audited(session, copy, Action.COPY_CHECKED, {"digest": copy.digest_check, "note": why, "detail": detail}, at)


def note_doubtful(session: Session, backup: str, destination: str, why: str) -> None:
    """Let the next scan read a back-up's files at a destination first: they were good and seem to be so no more.

    :param why: an Indonesian sentence.
    """
    held = select(Copy).join(Backup, Backup.id == Copy.backup_id)
    for copy in session.scalars(held.where(Backup.name == backup, Copy.destination == destination)):
        copy.checked_at, copy.digest_check, copy.check_note = None, Verdict.NOT_RUN.value, why


def note_repaired(session: Session, copy_id: int, source: str, at: datetime) -> None:
    """Record that a file was written anew from the copy at `source` and re-read; audited."""
    copy = session.get_one(Copy, copy_id)
    like = session.scalars(
        select(Copy).where(Copy.backup_id == copy.backup_id, Copy.artefact == copy.artefact, Copy.destination == source)
    ).one()
    copy.missing, copy.check_note, copy.check_detail = None, "", ""
    copy.checked_at, copy.digest_check = at, Verdict.PASSED.value
    # The bytes are the same, so what opening the other one showed holds here, too.
    copy.decrypt_check, copy.contents_check = like.decrypt_check, like.contents_check
    _audited(session, copy, Action.COPY_REPAIRED, {"from": source}, at)


def note_stored(session: Session, destination: str, stored: int, free: int | None, at: datetime) -> None:
    """Record how much lies at a destination, and how much room it has; None where it cannot be told."""
    session.add(StoredBytes(destination=destination, at=at, stored=stored, free=free))


def stored(session: Session, destination: str, since: datetime) -> list[StoredBytes]:
    """Return how much lay at a destination since then, the oldest first."""
    mine = select(StoredBytes).where(StoredBytes.destination == destination, StoredBytes.at >= since)
    return list(session.scalars(mine.order_by(StoredBytes.at)))


def _audited(session: Session, copy: Copy, action: Action, facts: dict[str, str], at: datetime) -> None:
    session.flush()
    about = {"backup": copy.backup.name, "destination": copy.destination, "artefact": copy.artefact}
    number = copy.backup.item.request.number
    audit.append(session, actor=audit.SYSTEM, action=action, subject=number, detail=about | facts, at=at)
