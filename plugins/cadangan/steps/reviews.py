"""The yearly review of the asset register (SOP: the register is reviewed at least once a year)."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from cadangan.config.assets import Asset
from cadangan.config.sop import Person
from cadangan.core.review import Overdue, opens_on
from cadangan.documents import asset_review as texts
from cadangan.documents.asset_review import ReviewSubject
from cadangan.errors import NotConfigured
from cadangan.register import backups, reviews
from cadangan.register.asset_models import AssetReview
from cadangan.steps import entitlement
from cadangan.steps.desk import Desk
from cadangan.steps.post import enqueue_of_office

# Every mail of a review is of a kind that begins so.
KINDS = ("asset_review", "asset_review_owner", "asset_review_refused", "asset_review_overdue", "asset_review_minutes")


@dataclass(frozen=True)
class Run:
    """The DAG run that reviews."""

    dag_id: str
    run_id: str


def open_due(desk: Desk, run: Run, named: Sequence[str] = ()) -> list[int]:
    """Open the reviews that are due and were not asked for, and return the ids of all that the run has.

    :param named: assets to review now, due or not; in place of the due ones.
    :raises NotConfigured: one of them is not in assets.yaml.
    """
    known = {name: asset for name, (_, asset) in desk.assets.by_name().items()}
    for name in named:
        desk.assets.find(name)
    today = entitlement.today(desk)
    with desk.register.transaction() as session:
        reviews.note_seen(session, known, desk.now())
        dues = list(reviews.dues(session, known.values(), desk.zone, today).values())
        wanted = [due for due in dues if due.asset in named] if named else _due(desk, session, dues)
        opened = reviews.open_reviews(session, wanted, dag_id=run.dag_id, run_id=run.run_id, at=desk.now())
        for review in opened:
            _tell_owner(desk, session, review)
        return [review.id for review in opened]


def tell_reviewers(desk: Desk, review_id: int, link: str, occasion: str = "") -> None:
    """Put a mail with the link to the gate into the outbox of everyone who may answer it.

    :param occasion: tells a later time that the gate asks from the first.
    """
    with desk.register.transaction() as session:
        review = reviews.by_id(session, review_id)
        view = subject_of(desk, session, review)
        for person in reviewers(desk, view.asset) or managers(desk):
            mail = texts.to_reviewer(view, person, link, desk.sop)
            enqueue_of_office(
                desk,
                session,
                mail,
                kind="asset_review",
                key=f"{review.id}/{person.user}{occasion}",
                recipients=[person.email],
            )


def tell_overdue(desk: Desk) -> int:
    """Mail the managers the assets whose review is overdue, once a month; return how many those are."""
    today = entitlement.today(desk)
    known = [asset for _, asset in desk.assets.by_name().values()]
    owners = {asset.name: owner_name(desk, asset) for asset in known}
    with desk.register.transaction() as session:
        reviews.note_seen(session, owners, desk.now())
        dues = reviews.dues(session, known, desk.zone, today).values()
        late = sorted((due for due in dues if due.due_on < today), key=lambda due: (due.due_on, due.asset))
        if late:
            mail = texts.overdue([(due, owners[due.asset]) for due in late], today, desk.sop)
            addresses = [person.email for person in managers(desk)]
            enqueue_of_office(
                desk, session, mail, kind="asset_review_overdue", key=f"{today:%Y-%m}", recipients=addresses
            )
    return len(late)


def subject_of(desk: Desk, session: Session, review: AssetReview) -> ReviewSubject:
    """Return what is known of the asset under review; raise NotConfigured when it left assets.yaml."""
    server, asset = desk.assets.find(review.asset)
    last = reviews.last_of(session, review.asset)
    backup = backups.latest_for_asset(session, review.asset)
    return ReviewSubject(
        server=server,
        asset=asset,
        policy=desk.policy_of(asset),
        owner=owner_name(desk, asset),
        contacts=contacts(desk, asset),
        due_on=review.due_on,
        last_review=last.reviewed_at if last else None,
        last_choice=last.choice if last else "",
        last_backup=backup.ended_at if backup else None,
    )


def reviewers(desk: Desk, asset: Asset) -> tuple[Person, ...]:
    """Return who may answer the review of `asset` today."""
    return desk.sop.in_role(desk.sop.asset_review.role, asset.owner, entitlement.today(desk))


def managers(desk: Desk) -> tuple[Person, ...]:
    """Return who hears of what nobody did."""
    if "manager" not in desk.sop.roles:
        raise NotConfigured("sop.yaml has no role manager; add it, so that overdue reviews are heard of.")
    return desk.sop.in_role("manager", "", entitlement.today(desk))


def contacts(desk: Desk, asset: Asset) -> tuple[Person, ...]:
    """Return the contacts of the SKPD that owns `asset`."""
    return tuple(person for person in desk.sop.people if person.skpd == asset.owner)


def owner_name(desk: Desk, asset: Asset) -> str:
    """Return the name in full of the SKPD that owns `asset`."""
    return next((skpd.name for skpd in desk.sop.skpd if skpd.code == asset.owner), asset.owner)


def _due(desk: Desk, session: Session, dues: Sequence[Overdue]) -> list[Overdue]:
    today, lead = entitlement.today(desk), desk.sop.asset_review.lead_days
    due = [one for one in dues if opens_on(one.due_on, lead) <= today]
    asked = reviews.asked_for(session, due)
    return [one for one in due if one.asset not in asked]


def _tell_owner(desk: Desk, session: Session, review: AssetReview) -> None:
    view = subject_of(desk, session, review)
    office = next((skpd.email for skpd in desk.sop.skpd if skpd.code == view.asset.owner), None)
    addresses = [person.email for person in view.contacts] + ([office] if office else [])
    addressee = view.contacts[0].position if view.contacts else f"Kepala {view.owner}"
    mail = texts.to_owner(view, addressee, desk.sop)
    enqueue_of_office(desk, session, mail, kind="asset_review_owner", key=str(review.id), recipients=addresses)
