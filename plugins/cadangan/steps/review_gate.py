"""The gate of one asset's review: what it asks, and which answers count."""

from dataclasses import dataclass
from typing import Any, NoReturn

from sqlalchemy.orm import Session

from cadangan.config.sop import Person
from cadangan.core.audit import Action
from cadangan.core.review import QUESTIONS, ReviewChoice
from cadangan.documents import asset_review as texts
from cadangan.errors import AnswerRefused
from cadangan.register import audit, reviews
from cadangan.register.asset_models import AssetReview
from cadangan.steps import entitlement
from cadangan.steps.desk import Desk
from cadangan.steps.matter import Answer, Outcome, Question
from cadangan.steps.post import enqueue_of_office
from cadangan.steps.reviews import reviewers, subject_of, tell_reviewers


@dataclass(frozen=True)
class ReviewMatter:
    """The review of one asset as a gate sees it (steps.matter.Matter)."""

    desk: Desk
    review_id: int

    @property
    def label(self) -> str:
        """See steps.matter.Matter."""
        return f"Asset review {self.review_id}"

    def ask(self) -> Question:
        """See steps.matter.Matter; an earlier answer stays on the audit log."""
        with self.desk.register.transaction() as session:
            review = reviews.by_id(session, self.review_id)
            asked_before = review.asked_at is not None
            reviews.ask(session, review, self.desk.now())
            view = subject_of(self.desk, session, review)
            return Question(texts.subject(view), texts.body(view, self.desk.sop), {}, asked_before)

    def standing(self) -> Outcome | None:
        """See steps.matter.Matter."""
        with self.desk.register.transaction() as session:
            review = reviews.by_id(session, self.review_id)
            return Outcome(review.choice, True) if review.reviewed_at else None

    def decide(self, answer: Answer) -> Outcome:
        """See steps.matter.Matter."""
        try:
            with self.desk.register.transaction() as session:
                review = reviews.by_id(session, self.review_id)
                choice = self._decide(session, review, answer)
        except AnswerRefused as refused:
            self._refuse(answer, refused)
        return Outcome(choice, True)

    def remind(self, link: str, occasion: str) -> None:
        """See steps.matter.Matter."""
        tell_reviewers(self.desk, self.review_id, link, occasion)

    def _decide(self, session: Session, review: AssetReview, answer: Answer) -> ReviewChoice:
        person = self._entitled(review, answer)
        if review.reviewed_at:
            raise AnswerRefused(f"Peninjauan ini telah dijawab oleh {review.by_name}.")
        choice, ticks = _choice(answer), _ticks(answer.form)
        if choice is ReviewChoice.CONFORMS and not all(ticks.values()):
            missing = "; ".join(QUESTIONS[key] for key, ticked in ticks.items() if not ticked)
            raise AnswerRefused(f"Pilihan “{choice}” memerlukan kelima butir dicentang; belum: {missing}.")
        if choice is ReviewChoice.NEEDS_ACTION and not answer.note:
            raise AnswerRefused(f"Pilihan “{choice}” wajib disertai catatan tentang yang harus dilakukan.")
        reviews.record(
            session,
            review,
            choice=choice,
            ticks=ticks,
            note=answer.note,
            by_user=person.user,
            by_name=person.name,
            by_nip=person.nip,
            by_role=self.desk.sop.roles[self.desk.sop.asset_review.role].label,
            at=answer.at,
        )
        return choice

    def _entitled(self, review: AssetReview, answer: Answer) -> Person:
        _, asset = self.desk.assets.find(review.asset)
        return entitlement.holder(self.desk, self.desk.sop.asset_review.role, asset.owner, answer.user, answer.at)

    def _refuse(self, answer: Answer, refused: AnswerRefused) -> NoReturn:
        desk = self.desk
        with desk.register.transaction() as session:
            review = reviews.by_id(session, self.review_id)
            facts = {"review": review.id, "why": str(refused)}
            audit.append(
                session,
                actor=answer.user,
                action=Action.ANSWER_REFUSED,
                subject=review.asset,
                detail=facts,
                at=answer.at,
            )
            view = subject_of(desk, session, review)
            person = desk.sop.person(answer.user)
            addressee = person.position if person else answer.user
            mail = texts.answer_refused(view, addressee, str(refused), reviewers(desk, view.asset), desk.sop)
            key = f"{review.id}/{answer.user}/{answer.at.isoformat()}"
            enqueue_of_office(
                desk,
                session,
                mail,
                kind="asset_review_refused",
                key=key,
                recipients=[entitlement.address(desk, answer.user)],
            )
        raise refused


def _choice(answer: Answer) -> ReviewChoice:
    try:
        return ReviewChoice(answer.choice)
    except ValueError as err:
        raise AnswerRefused(f"Pilihan “{answer.choice}” tidak ada pada gerbang ini.") from err


def _ticks(form: Any) -> dict[str, bool]:  # noqa: ANN401 - what people send
    return {key: form.get(key) is True for key in QUESTIONS}
