"""The gate before a destruction: who is asked, which answers count."""

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
from cadangan.steps.gates import Answer, Question

# So many back-ups a person reads; the rest is on the register.
SHOWN = 100


def ask(desk: Desk, number: str, link: str) -> Question:
    """Mail those who may answer the link to the gate, and return what the gate shows."""
    with desk.register.transaction() as session:
        request = requests.by_number(session, number)
        rows = destructions.of(session, request)
        destruction.tell(desk, session, request, link, _deciders(desk, desk.now()))
        body = environment.markdown("gates/destruction.md", request=request, rows=rows, shown=SHOWN)
        return Question(f"Pemusnahan {len(rows)} cadangan – {number}", body, {}, asked_before=False)


def standing(desk: Desk, number: str) -> DestructionChoice | None:
    """Return the choice that was recorded, None while the gate waits for one."""
    with desk.register.reading() as session:
        decided = next(audit.about(session, number, Action.DESTRUCTION_DECIDED), None)
        return DestructionChoice(decided.facts()["choice"]) if decided else None


def decide(desk: Desk, number: str, answer: Answer) -> DestructionChoice:
    """Record the answer and return the choice; raise AnswerRefused, on record, when it does not count."""
    try:
        with desk.register.transaction() as session:
            return _recorded(desk, session, requests.by_number(session, number), answer)
    except AnswerRefused as refused:
        with desk.register.transaction() as session:
            facts = {"why": str(refused)}
            audit.append(
                session, actor=answer.user, action=Action.ANSWER_REFUSED, subject=number, detail=facts, at=answer.at
            )
        raise


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
