"""The yearly reviews of assets: when they are due, opened, answered."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cadangan.config.assets import Asset
from cadangan.core.audit import Action
from cadangan.core.review import Overdue, ReviewChoice, due_on
from cadangan.errors import RecordMissing
from cadangan.register import audit
from cadangan.register.asset_models import AssetReview, AssetSeen
from cadangan.register.requests import storable


def note_seen(session: Session, assets: Iterable[str], at: datetime) -> None:
    """Record that `assets` are in assets.yaml; what was seen before keeps its first time."""
    audit.lock(session)
    known = set(session.scalars(select(AssetSeen.asset)))
    session.add_all(AssetSeen(asset=name, first_seen_at=at) for name in dict.fromkeys(assets) if name not in known)
    session.flush()


def dues(session: Session, assets: Iterable[Asset], zone: ZoneInfo, today: date) -> dict[str, Overdue]:
    """Return when the next review of each of `assets` is due, by the asset's name.

    An asset that says no `registered_on` and was never seen counts as seen today.
    """
    wanted = {asset.name: asset for asset in assets}
    answered = (
        select(AssetReview.asset, func.max(AssetReview.reviewed_at))
        .where(AssetReview.asset.in_(list(wanted)), AssetReview.reviewed_at.is_not(None))
        .group_by(AssetReview.asset)
    )
    last = {name: at for name, at in session.execute(answered)}  # noqa: C416 - a result is no plain iterable to dict()
    first = select(AssetSeen.asset, AssetSeen.first_seen_at).where(AssetSeen.asset.in_(list(wanted)))
    seen = {name: at for name, at in session.execute(first)}  # noqa: C416 - likewise
    found = {}
    for name, asset in wanted.items():
        reviewed = _day(last.get(name), zone)
        start = asset.registered_on or _day(seen.get(name), zone) or today
        found[name] = Overdue(name, due_on(start, reviewed), reviewed)
    return found


def asked_for(session: Session, dues_: Iterable[Overdue]) -> set[str]:
    """Return the assets whose review for that very day was opened before."""
    wanted = {(due.asset, due.due_on) for due in dues_}
    statement = select(AssetReview.asset, AssetReview.due_on)
    rows = session.execute(statement.where(AssetReview.asset.in_(sorted({asset for asset, _ in wanted}))))
    return {asset for asset, day in rows if (asset, day) in wanted}


def open_reviews(
    session: Session, dues_: Sequence[Overdue], *, dag_id: str, run_id: str, at: datetime
) -> list[AssetReview]:
    """Open a review for every one of `dues_` in a run and return all of the run; what it opened before stays."""
    audit.lock(session)
    known = {review.asset for review in of_run(session, dag_id, run_id)}
    for due in dues_:
        if due.asset in known:
            continue
        session.add(
            AssetReview(asset=due.asset, dag_id=dag_id, run_id=run_id, due_on=due.due_on, opened_at=at, ticks={})
        )
        facts = {"dag_id": dag_id, "run_id": run_id, "due_on": due.due_on.isoformat()}
        audit.append(session, actor=audit.SYSTEM, action=Action.REVIEW_OPENED, subject=due.asset, detail=facts, at=at)
    session.flush()
    return of_run(session, dag_id, run_id)


def of_run(session: Session, dag_id: str, run_id: str) -> list[AssetReview]:
    """Return the reviews that a run opened, in their order."""
    statement = select(AssetReview).where(AssetReview.dag_id == dag_id, AssetReview.run_id == run_id)
    return list(session.scalars(statement.order_by(AssetReview.id)))


def by_id(session: Session, review_id: int) -> AssetReview:
    """Return a review, locked until the transaction ends; raise RecordMissing when there is none."""
    review = session.get(AssetReview, review_id, with_for_update=True)
    if review is None:
        raise RecordMissing(f"Asset review {review_id} is not in the register; clear the task that opens reviews.")
    return review


def ask(session: Session, review: AssetReview, at: datetime) -> None:
    """Record that a review's gate asks: an earlier answer no longer stands; the audit log keeps it."""
    review.asked_at = at
    review.reviewed_at, review.choice, review.ticks, review.note, review.audit_seq = None, "", {}, "", None
    review.by_user = review.by_name = review.by_nip = review.by_role = ""
    session.flush()


def last_of(session: Session, asset: str) -> AssetReview | None:
    """Return the latest review of `asset` that was answered, None before the first."""
    statement = select(AssetReview).where(AssetReview.asset == asset, AssetReview.reviewed_at.is_not(None))
    return session.scalars(statement.order_by(AssetReview.reviewed_at.desc()).limit(1)).one_or_none()


def record(
    session: Session,
    review: AssetReview,
    *,
    choice: ReviewChoice,
    ticks: Mapping[str, bool],
    note: str,
    by_user: str,
    by_name: str,
    by_nip: str,
    by_role: str,
    at: datetime,
) -> None:
    """Record what a review came to, in the audit log too."""
    facts: dict[str, Any] = {
        "review": review.id,
        "due_on": review.due_on.isoformat(),
        "choice": choice.value,
        "ticks": dict(ticks),
        "note": storable(note),
        "by_name": by_name,
        "by_nip": by_nip,
        "by_role": by_role,
    }
    review.audit_seq = audit.append(
        session, actor=by_user, action=Action.REVIEWED, subject=review.asset, detail=facts, at=at
    )
    review.choice, review.ticks, review.note, review.reviewed_at = choice.value, dict(ticks), storable(note), at
    review.by_user, review.by_name, review.by_nip, review.by_role = by_user, by_name, by_nip, by_role
    session.flush()


def _day(at: datetime | None, zone: ZoneInfo) -> date | None:
    return at.astimezone(zone).date() if at else None
