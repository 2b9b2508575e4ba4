"""Restores: begun, compared, switched over, and what their confirmation led to. Every change is audited."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from cadangan.core.audit import Action
from cadangan.core.states import Verdict
from cadangan.errors import RecordMissing
from cadangan.register import audit
from cadangan.register.models import Backup, Item
from cadangan.register.rehearsal_row import RehearsalRow
from cadangan.register.requests import storable
from cadangan.register.restore_row import RestoreRow


@dataclass(frozen=True)
class Findings:
    """What the comparison of a restored place with its manifest found, in JSON; `different` counts all differences."""

    differences: list[Any]
    harmless: list[Any]
    not_compared: list[Any]
    different: int


def begin(session: Session, item: Item, round_no: int, row: RestoreRow) -> RestoreRow:
    """Record that `item` is being restored in a round and return its row; a second call returns the first row."""
    audit.lock(session)
    known = of_round(session, item.id, round_no)
    if known is not None:
        return known
    row.item_id, row.round = item.id, round_no
    item.restores.append(row)
    session.flush()
    facts = {"mode": row.mode, "server": row.server, "database": row.database, "side": row.side, "kept": row.kept}
    _audit(session, row, Action.RESTORE_BEGUN, facts, row.started_at)
    return row


def of_round(session: Session, item_id: int, round_no: int) -> RestoreRow | None:
    """Return the restore of an item in a round, None before it began."""
    statement = select(RestoreRow).where(RestoreRow.item_id == item_id, RestoreRow.round == round_no)
    return session.scalars(statement).one_or_none()


def by_id(session: Session, restore_id: int) -> RestoreRow:
    """Return the restore of that id; raise RecordMissing when there is none."""
    row = session.get(RestoreRow, restore_id)
    if row is None:
        raise RecordMissing(f"Restore {restore_id} is not in the register; clear the task that restores.")
    return row


def record_result(
    session: Session,
    row: RestoreRow,
    verdict: Verdict,
    *,
    found: Findings | None = None,
    reason: str = "",
    detail: str = "",
    at: datetime,
) -> None:
    """Record what came of restoring and comparing, and when.

    :param reason: the Indonesian sentence on a failure; `detail` is its technical message, for the staff.
    """
    found = found or Findings([], [], [], 0)
    row.verdict, row.reason, row.detail, row.ended_at = verdict.value, storable(reason), storable(detail), at
    row.differences, row.harmless, row.not_compared = found.differences, found.harmless, found.not_compared
    row.different = found.different
    seconds = {"restore": round(row.restore_seconds, 3), "compare": round(row.compare_seconds, 3)}
    facts = {"verdict": verdict.value, "different": found.different, "reason": reason, "seconds": seconds}
    _audit(session, row, Action.RESTORED, facts, at)


def record_switch(session: Session, row: RestoreRow, at: datetime) -> None:
    """Record that what was restored bears its name now; the first time counts."""
    if row.switched_at is None:
        row.switched_at = at
        _audit(session, row, Action.SWITCHED, {"database": row.database, "kept": row.kept}, at)


def record_accepted(
    session: Session, row: RestoreRow, *, by_user: str, keep_until: datetime | None, at: datetime
) -> None:
    """Record that the result stays, and until when what it replaced is kept."""
    if row.accepted_at is None:
        row.accepted_at, row.keep_until = at, keep_until
        _audit(session, row, Action.RESTORE_ACCEPTED, {"keep_until": _text(keep_until)}, at, by_user)


def record_rolled_back(
    session: Session, row: RestoreRow, *, by_user: str, keep_until: datetime | None, at: datetime
) -> None:
    """Record that all is as it was before, and until when what had been restored is kept."""
    if row.rolled_back_at is None:
        row.accepted_at, row.rolled_back_at, row.keep_until = None, at, keep_until
        _audit(session, row, Action.ROLLED_BACK, {"keep_until": _text(keep_until)}, at, by_user)


def record_dropped(session: Session, row: RestoreRow, name: str, at: datetime) -> None:
    """Record that what no longer serves was dropped."""
    row.dropped_at = at
    _audit(session, row, Action.KEPT_DROPPED, {"dropped": name}, at)


def over(session: Session, now: datetime) -> list[RestoreRow]:
    """Return the restores whose time of keeping what no longer serves is over."""
    statement = select(RestoreRow).where(RestoreRow.keep_until <= now, RestoreRow.dropped_at.is_(None))
    return list(session.scalars(statement.order_by(RestoreRow.id)))


def seconds_a_byte(session: Session, asset: str) -> float | None:
    """Return how long the newest proved restore of `asset` took for each byte before compression; None without one."""
    statement = (
        select(RehearsalRow, Backup)
        .join(Backup, Backup.id == RehearsalRow.backup_id)
        .where(Backup.asset == asset, RehearsalRow.verdict == Verdict.PASSED.value, RehearsalRow.restore_seconds > 0)
        .order_by(RehearsalRow.ended_at.desc())
        .limit(1)
    )
    found = session.execute(statement).one_or_none()
    if found is None:
        return None
    row, backup = found
    raw = sum(artefact["raw_bytes"] for artefact in backup.manifest["artefacts"])
    return float((row.restore_seconds + row.compare_seconds) / raw) if raw else None


def _text(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def _audit(  # noqa: PLR0917 - called in one way here
    session: Session, row: RestoreRow, action: Action, facts: dict[str, Any], at: datetime, actor: str = audit.SYSTEM
) -> None:
    item = session.get_one(Item, row.item_id)
    backup = session.get_one(Backup, row.backup_id)
    about = {"restore": row.id, "asset": item.asset, "round": row.round, "backup": backup.name}
    session.flush()
    audit.append(session, actor=actor, action=action, subject=item.request.number, detail={**about, **facts}, at=at)
