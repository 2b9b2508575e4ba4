"""Finished back-ups, their copies, and what the checks of the copies said."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from cadangan.core.audit import Action
from cadangan.core.manifest import Manifest
from cadangan.core.states import Verdict
from cadangan.errors import RecordMissing, StateConflict
from cadangan.register import audit
from cadangan.register.models import Backup, Copy, Item
from cadangan.register.requests import storable


class StoredCopy(NamedTuple):
    """One artefact at one destination: its final address, length and lower-case hex SHA-256.

    :param missing: an Indonesian sentence: why it does not lie there; None where it does.
    """

    destination: str
    artefact: str
    url: str
    bytes: int
    sha256: str
    missing: str | None = None


@dataclass(frozen=True)
class PastBackup:
    """What an earlier back-up of an asset took: bytes of the dump, bytes in the vault, seconds."""

    raw_bytes: int
    stored_bytes: int
    seconds: float
    ended_at: datetime


def record_backup(
    session: Session,
    item: Item,
    round: int,  # noqa: A002 - the register's word
    manifest: Manifest,
    copies: Sequence[StoredCopy | tuple[str, str, str, int, str]],
    *,
    actor: str = audit.SYSTEM,
) -> Backup:
    """Record a finished back-up with its copies and return it; a second call with the same manifest finds the first.

    Raise StateConflict when another back-up bears that name.
    """
    audit.lock(session)
    body = manifest.model_dump(mode="json")
    known = session.scalars(select(Backup).where(Backup.name == manifest.backup)).one_or_none()
    if known is not None:
        if (known.item_id, known.round, known.manifest) != (item.id, round, body):
            raise StateConflict(f"Another back-up is recorded as {manifest.backup}; give this one a name of its own.")
        return known
    made = [StoredCopy(*copy) for copy in copies]
    backup = Backup(
        round=round,
        name=manifest.backup,
        asset=item.asset,
        started_at=manifest.timings.started_at,
        snapshot_at=manifest.timings.snapshot_at,
        ended_at=manifest.timings.ended_at,
        stored_bytes=sum(artefact.stored_bytes for artefact in manifest.artefacts),
        manifest=body,
    )
    _store(session, item, backup, made)
    facts = {
        "backup": backup.name,
        "item": item.id,
        "round": round,
        "plan_sha256": manifest.plan_sha256,
        "copies": [copy._asdict() for copy in made],
    }
    number = item.request.number
    audit.append(session, actor=actor, action=Action.BACKUP_RECORDED, subject=number, detail=facts, at=backup.ended_at)
    return backup


def add_copies(
    session: Session, backup: Backup, copies: Sequence[StoredCopy], *, actor: str = audit.SYSTEM, at: datetime
) -> int:
    """Record those of `copies` that the register lacks, or calls missing, and return how many they were."""
    known = {(copy.destination, copy.artefact) for copy in backup.copies}
    absent = {(copy.destination, copy.artefact): copy for copy in backup.missing}
    new = [copy for copy in copies if (copy.destination, copy.artefact) not in known]
    for copy in new:
        row = absent.get((copy.destination, copy.artefact))
        if row is None:
            session.add(Copy(backup_id=backup.id, **copy._asdict()))
        else:
            # It lies there after all; what it holds is for the next scan to say.
            row.missing, row.check_note, row.digest_check = None, "", Verdict.NOT_RUN.value
        facts = {"backup": backup.name, **copy._asdict()}
        number = backup.item.request.number
        audit.append(session, actor=actor, action=Action.COPY_FOUND, subject=number, detail=facts, at=at)
    session.flush()
    session.refresh(backup, ["copies", "missing"])
    return len(new)


def _store(session: Session, item: Item, backup: Backup, copies: Sequence[StoredCopy]) -> None:
    item.backups.append(backup)
    session.flush()
    session.add_all(Copy(backup_id=backup.id, **copy._asdict()) for copy in copies)
    session.flush()
    session.refresh(backup, ["copies", "missing"])


def record_check(
    session: Session,
    copy_id: int,
    *,
    digest: Verdict,
    decrypt: Verdict,
    contents: Verdict,
    note: str,
    detail: str = "",
    at: datetime,
    actor: str = audit.SYSTEM,
) -> Copy:
    """Record what the check of a copy said and return the copy; the latest check counts, the audit log keeps all.

    :param note: Indonesian sentences: why checks failed or were not run.
    :param detail: the technical messages of those that failed, for the staff.
    """
    copy = session.get(Copy, copy_id)
    if copy is None:
        raise RecordMissing(f"Copy {copy_id} is not in the register; clear the task that makes the back-up.")
    copy.checked_at, copy.check_note, copy.check_detail = at, storable(note), storable(detail)
    copy.digest_check, copy.decrypt_check, copy.contents_check = digest.value, decrypt.value, contents.value
    session.flush()
    facts = {
        "backup": copy.backup.name,
        "destination": copy.destination,
        "artefact": copy.artefact,
        "digest": digest.value,
        "decrypt": decrypt.value,
        "contents": contents.value,
        "note": note,
        "detail": detail,
    }
    number = copy.backup.item.request.number
    audit.append(session, actor=actor, action=Action.COPY_CHECKED, subject=number, detail=facts, at=at)
    return copy


def latest_for_asset(session: Session, asset: str) -> PastBackup | None:
    """Return what the latest back-up of `asset` took, None when it has none."""
    statement = select(Backup).where(Backup.asset == asset).order_by(Backup.ended_at.desc(), Backup.id.desc())
    backup = session.scalars(statement.limit(1)).one_or_none()
    if backup is None:
        return None
    return PastBackup(
        raw_bytes=sum(artefact["raw_bytes"] for artefact in backup.manifest["artefacts"]),
        stored_bytes=backup.stored_bytes,
        seconds=(backup.ended_at - backup.started_at).total_seconds(),
        ended_at=backup.ended_at,
    )
