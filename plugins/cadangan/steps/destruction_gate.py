"""The gate before a destruction: who is asked, which answers count."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from cadangan.config.sop import Person
from cadangan.core.audit import Action
from cadangan.core.choices import DestructionChoice
from cadangan.core.states import Status, Step
from cadangan.documents import environment
from cadangan.errors import AnswerRefused
from cadangan.register import audit, destructions, requests
from cadangan.register.models import Request
from cadangan.steps import destruction
from cadangan.steps.desk import Desk
from cadangan.steps.matter import Answer, Outcome, Question

# So many back-ups a person reads; the rest is on the register.
SHOWN = 100


@dataclass(frozen=True)
class DestructionMatter:
    """The plan of a destruction as its gate sees it (steps.matter.Matter)."""

    desk: Desk
    number: str

    @property
    def label(self) -> str:
        """See steps.matter.Matter."""
        return f"Destruction {self.number}"

    def ask(self) -> Question:
        """See steps.matter.Matter; its mails are written each time, for no other task writes them."""
        with self.desk.register.reading() as session:
            request = requests.by_number(session, self.number)
            rows = destructions.of(session, request)
            body = environment.markdown("gates/destruction.md", request=request, rows=rows, shown=SHOWN)
            return Question(f"Pemusnahan {len(rows)} cadangan – {self.number}", body, {}, asked_before=True)

    def standing(self) -> Outcome | None:
        """See steps.matter.Matter."""
        with self.desk.register.reading() as session:
            decided = destructions.decision_on(session, requests.by_number(session, self.number))
            return _outcome(DestructionChoice(decided["choice"])) if decided else None

    def decide(self, answer: Answer) -> Outcome:
        """See steps.matter.Matter; a refusal is on record."""
        try:
            with self.desk.register.transaction() as session:
                return _outcome(_recorded(self.desk, session, requests.by_number(session, self.number), answer))
        except AnswerRefused as refused:
            self._record_refusal(answer, str(refused))
            raise

    def remind(self, link: str, occasion: str) -> None:
        """See steps.matter.Matter."""
        with self.desk.register.transaction() as session:
            request = requests.by_number(session, self.number)
            destruction.tell(self.desk, session, request, link, _deciders(self.desk, self.desk.now()))

    def _record_refusal(self, answer: Answer, why: str) -> None:
        with self.desk.register.transaction() as session:
            audit.append(
                session,
                actor=answer.user,
                action=Action.ANSWER_REFUSED,
                subject=self.number,
                detail={"why": why},
                at=answer.at,
            )


def _outcome(choice: DestructionChoice) -> Outcome:
    return Outcome(choice, choice is DestructionChoice.APPROVE)


def _recorded(desk: Desk, session: Session, request: Request, answer: Answer) -> DestructionChoice:
    person = _entitled(desk, answer)
    if answer.choice not in set(DestructionChoice):
        raise AnswerRefused(f"Pilihan “{answer.choice}” tidak ada pada gerbang ini.")
    if request.status != Status.SUBMITTED:
        raise AnswerRefused(f"Pemusnahan {request.number} berstatus {request.status} dan tidak menunggu jawaban.")
    choice, why = DestructionChoice(answer.choice), answer.note or answer.choice
    by = {"user": person.user, "name": person.name, "nip": person.nip, "role": person.position}
    destructions.decide(session, request, choice, by=by, note=answer.note, at=answer.at)
    if choice is DestructionChoice.APPROVE:
        destruction.release(desk, session, request, actor=person.user, why=why)
    else:
        now = desk.now()
        requests.change_status(session, request, Status.CANCELLED, actor=person.user, why=why, now=now)
    return choice


def _entitled(desk: Desk, answer: Answer) -> Person:
    person = next((person for person in _deciders(desk, answer.at) if person.user == answer.user), None)
    if person is None:
        label = desk.sop.roles[str(desk.sop.steps[Step.PLAN].role)].label
        raise AnswerRefused(f"Pengguna {answer.user} tidak memegang peran {label}.")
    return person


def _deciders(desk: Desk, at: datetime) -> tuple[Person, ...]:
    """Return who may answer at `at`: those who approve plans."""
    return desk.sop.in_role(str(desk.sop.steps[Step.PLAN].role), "", at.astimezone(desk.zone).date())
