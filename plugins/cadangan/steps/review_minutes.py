"""The minutes of a run of reviews (berita acara peninjauan aset register), and the mail that brings them."""

import logging
from datetime import datetime

from sqlalchemy.orm import Session

from cadangan.core.review import QUESTIONS, ReviewChoice, due_on
from cadangan.documents import asset_review as texts
from cadangan.documents import render, store
from cadangan.documents.audience import Audience
from cadangan.documents.views.minutes import Opening, masthead, official_number, party
from cadangan.documents.views.review_minutes import ReviewedAsset, ReviewMinutes
from cadangan.errors import RecordMissing
from cadangan.register import recovery, reviews
from cadangan.register.asset_models import AssetReview
from cadangan.steps.desk import Desk
from cadangan.steps.post import enqueue_of_office
from cadangan.steps.reviews import Run, managers, owner_name

log = logging.getLogger(__name__)

KIND = "asset_review_minutes"
WAITING = "belum dijawab"


def write(desk: Desk, run: Run) -> None:
    """Write the minutes of `run`, whole and masked, and the mail to managers and reviewers.

    :raises RecordMissing: it reviewed nothing.
    :raises DocumentError: they cannot be rendered.
    """
    with desk.register.reading() as session:
        rows = reviews.of_run(session, run.dag_id, run.run_id)
        if not rows:
            raise RecordMissing(f"Run {run.run_id} of {run.dag_id} opened no asset review; there are no minutes.")
        view = minutes(desk, session, rows)
        addresses = [person.email for row in rows if (person := desk.sop.person(row.by_user))]
    editions = [edition for audience in Audience for edition in render.minutes(view, audience)]
    place = desk.documents()
    with desk.register.transaction() as session:
        names = [store.save_of_office(session, KIND, one, place, at=desk.now()).name for one in editions]
        enqueue_of_office(
            desk,
            session,
            texts.minutes(view, desk.sop),
            kind=KIND,
            key=view.cover.number,
            recipients=[*addresses, *(person.email for person in managers(desk))],
            attachments=[name for name in names if Audience.PUBLIC.value not in name],
        )
    log.info("Minutes %s of the review of %d assets are written", view.cover.number, len(rows))


def minutes(desk: Desk, session: Session, rows: list[AssetReview]) -> ReviewMinutes:
    """Return what the minutes of the reviews `rows` of one run tell; there is at least one."""
    opened = min(row.opened_at for row in rows)
    year = opened.astimezone(desk.zone).year
    number = f"PA-{year}-{rows[0].id:05d}"
    signers = {row.by_user: person for row in rows if (person := desk.sop.person(row.by_user))}
    ends = [row.reviewed_at or desk.now() for row in rows]
    backed_up, proved = recovery.latest_good(session, desk.now()), recovery.latest_proved(session)
    return ReviewMinutes(
        cover=masthead(number, "Terbatas", desk.sop, desk.assets),
        opening=Opening(
            number=official_number(number, "BA", desk.sop),
            at=max(ends),
            place=desk.sop.office.city,
            basis=("SOP Back-up dan Restore Database, Pencatatan dan Pendataan",),
            parties=tuple(party(person, desk.sop) for person in signers.values()),
            witnesses=tuple(party(person, desk.sop) for person in managers(desk)[:1]),
        ),
        year=year,
        assets=tuple(_reviewed(desk, row, backed_up.get(row.asset), proved.get(row.asset)) for row in rows),
        follow_up=tuple(f"{row.asset}: {row.note}" for row in rows if row.choice == ReviewChoice.NEEDS_ACTION),
        next_review=min(due_on(end.astimezone(desk.zone).date(), None) for end in ends),
    )


def _reviewed(desk: Desk, row: AssetReview, backed_up: datetime | None, proved: datetime | None) -> ReviewedAsset:
    # An asset that left the register since keeps its name.
    server, asset = desk.assets.by_name().get(row.asset, (None, None))
    lacking = [text for key, text in QUESTIONS.items() if row.reviewed_at and not row.ticks.get(key)]
    return ReviewedAsset(
        asset_no=asset.asset_no if asset else row.asset,
        application=asset.application if asset else row.asset,
        server=server.name if server else "",
        address=(server.conn_id or "") if server else "",
        owner=owner_name(desk, asset) if asset else "",
        criticality=asset.criticality if asset else "",
        personal_data=asset.personal_data if asset else "",
        last_backup=backed_up,
        last_proved=proved,
        verdict=row.choice or WAITING,
        finding="; ".join([*(f"tidak terpenuhi: {text}" for text in lacking), *([row.note] if row.note else [])]),
    )
