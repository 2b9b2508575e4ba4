"""What is said of the yearly review of an asset: at its gate, and in its mails."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from cadangan.config.assets import Asset, Server
from cadangan.config.policies import Policy
from cadangan.config.sop import Person, Sop
from cadangan.core.review import QUESTIONS, Overdue
from cadangan.documents import environment
from cadangan.documents.mails import Mail
from cadangan.documents.safety import one_line
from cadangan.documents.views.review_minutes import ReviewMinutes


@dataclass(frozen=True)
class ReviewSubject:
    """An asset under review, with what the register knows of it.

    :param owner: the owner SKPD's name in full; its contacts are people of sop.yaml.
    :param due_on: the day on which its year is over.
    :param last_review: when it was last reviewed, and with which result.
    :param last_backup: when its latest back-up ended, None when it has none.
    """

    server: Server
    asset: Asset
    policy: Policy
    owner: str
    contacts: tuple[Person, ...]
    due_on: date
    last_review: datetime | None
    last_choice: str
    last_backup: datetime | None


def subject(view: ReviewSubject) -> str:
    """Return the heading of the gate, plain text on one line."""
    return one_line(f"Peninjauan aset register – {view.asset.name}, jatuh tempo {view.due_on:%d/%m/%Y}")


def body(view: ReviewSubject, sop: Sop) -> str:
    """Return the Markdown of the gate; raise DocumentError when the template is missing or broken."""
    role = sop.roles[sop.asset_review.role]
    return environment.markdown("gates/asset_review.md", view=view, role=role, questions=list(QUESTIONS.values()))


def to_reviewer(view: ReviewSubject, person: Person, link: str, sop: Sop) -> Mail:
    """Return the mail that asks `person` to answer the gate at `link`; raise DocumentError."""
    heading = f"[Peninjauan aset register] {view.asset.name} – {view.asset.application}"
    return _mail("asset_review", heading, sop, view=view, addressee=person.position, link=link)


def to_owner(view: ReviewSubject, addressee: str, sop: Sop) -> Mail:
    """Return the mail that tells the owner that the review begins; raise DocumentError.

    :param addressee: how the owner is addressed: a position, or the SKPD's name.
    """
    heading = f"[Pemberitahuan peninjauan aset register] {view.asset.name} – {view.asset.application}"
    return _mail("asset_review_owner", heading, sop, view=view, addressee=addressee)


def answer_refused(view: ReviewSubject, addressee: str, reason: str, reviewers: Sequence[Person], sop: Sop) -> Mail:
    """Return the mail that says why an answer did not count; raise DocumentError."""
    heading = f"[Jawaban tidak diterima] Peninjauan aset register – {view.asset.name}"
    names = [f"{person.name}, {person.position}" for person in reviewers]
    return _mail("asset_review_refused", heading, sop, view=view, addressee=addressee, reason=reason, reviewers=names)


def overdue(found: Sequence[tuple[Overdue, str]], day: date, sop: Sop) -> Mail:
    """Return the mail that lists the assets whose review is overdue; raise DocumentError.

    :param found: each with the name of its owner.
    """
    heading = f"[Peninjauan aset register terlambat] {len(found)} aset"
    return _mail("asset_review_overdue", heading, sop, found=found, day=day)


def minutes(view: ReviewMinutes, sop: Sop) -> Mail:
    """Return the mail that brings the minutes of a run of reviews; raise DocumentError."""
    heading = f"[Berita acara] Peninjauan aset register {view.cover.number}"
    return _mail("asset_review_minutes", heading, sop, view=view)


def _mail(template: str, heading: str, sop: Sop, **context: object) -> Mail:
    path = f"email/{template}.jinja"
    values: dict[str, object] = {"subject": one_line(heading), "office": sop.office, **context}
    return Mail(
        one_line(heading), environment.markup(path, "html", **values), environment.text(path, form="txt", **values)
    )
