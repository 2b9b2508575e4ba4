"""The gates: what is asked of whom, and which answers count (SOP: pelaksana sesuai tupoksi).

An answer counts when its giver filled the gate's role that day, is none of those whom the SOP keeps from
deciding here, and gives what the choice needs. Every other answer is refused: on the audit log, by mail.
"""

from dataclasses import dataclass
from typing import NoReturn

from sqlalchemy.orm import Session

from cadangan.config.sop import Person
from cadangan.core.audit import Action
from cadangan.core.choices import CHOICES, NEEDS_REASON, Choice, ConfirmChoice, PlanChoice, VerifyChoice
from cadangan.core.review import Overdue
from cadangan.core.states import Paper, Result, Status, Step, overall
from cadangan.documents import gates as texts
from cadangan.documents import mails
from cadangan.documents.audience import Audience
from cadangan.errors import AnswerRefused, StateConflict
from cadangan.register import decisions, plans, requests, reviews
from cadangan.register.models import Request
from cadangan.steps import entitlement, files, post, timing
from cadangan.steps import plan as planning
from cadangan.steps.desk import Desk
from cadangan.steps.matter import Answer, Question

ASKING = {Step.VERIFY: Status.SUBMITTED, Step.PLAN: Status.DISPOSED, Step.CONFIRM: Status.AWAITING_CONFIRMATION}
NEXT_STATUS: dict[Choice, Status] = {
    VerifyChoice.APPROVE: Status.VERIFIED,
    VerifyChoice.RETURN: Status.RETURNED,
    VerifyChoice.REJECT: Status.REJECTED,
    PlanChoice.RETURN: Status.RETURNED,
}
ATTACHED = {Step.PLAN: Paper.DISPOSITION, Step.CONFIRM: Paper.REPORT}


@dataclass(frozen=True)
class Gate:
    """Which gate: of which request, at which step, in which round."""

    number: str
    step: Step
    round_no: int


def ask(desk: Desk, gate: Gate) -> Question:
    """Open the gate, so that an earlier answer no longer counts, and return what it shows."""
    with desk.register.transaction() as session:
        request = requests.by_number(session, gate.number)
        if request.violations:
            raise StateConflict(f"Request {gate.number} was refused at the register; enter the letter anew.")
        now = desk.now()
        before = decisions.latest_entry(session, gate.number, gate.step, Action.ASKED, gate.round_no)
        shown = plans.current(session, request).sha256 if gate.step is Step.PLAN else None
        decisions.open_gate(session, request, step=gate.step, round=gate.round_no, at=now, plan_sha256=shown)
        requests.change_status(session, request, ASKING[gate.step], actor="cadangan", why="gerbang dibuka", now=now)
        if gate.step is Step.CONFIRM:
            request.result = overall([Result(item.result or Result.FAILED) for item in request.items])
        due_at = timing.due_of(request, gate.step, gate.round_no)
        return Question(
            subject=texts.subject(gate.step, request, desk.sop),
            body=texts.body(gate.step, request, due_at, desk.sop, desk.assets, _overdue(desk, session, request)),
            defaults=planning.form_defaults(desk, session, request) if gate.step is Step.PLAN else {},
            asked_before=before is not None,
        )


def prepared(desk: Desk, gate: Gate) -> bool:
    """Tell whether there is anything to decide at the gate."""
    with desk.register.reading() as session:
        request = requests.by_number(session, gate.number)
        begun = any((row.step, row.round) == (gate.step, gate.round_no) for row in request.steps)
        return begun and (gate.step is not Step.PLAN or bool(request.plans))


def tell_again(desk: Desk, gate: Gate, link: str, occasion: str) -> None:
    """Do as `tell_deciders` for a gate that asks anew, with its document even if no task writes that anew."""
    if paper := ATTACHED.get(gate.step):
        files.provide(desk, gate.number, paper)
    tell_deciders(desk, gate, link, occasion)


def tell_deciders(desk: Desk, gate: Gate, link: str, occasion: str = "") -> None:
    """Put a mail with the link to the gate into the outbox of everyone who may answer it.

    :param occasion: tells a later time that the gate asks from the first.
    """
    with desk.register.transaction() as session:
        request = requests.by_number(session, gate.number)
        due_at = timing.due_of(request, gate.step, gate.round_no)
        # Without anyone who may decide, the managers must hear of it, or the request would wait for ever.
        people = entitlement.deciders(desk, request, gate.step) or desk.sop.in_role(
            "manager", "", entitlement.today(desk)
        )
        for person in people:
            mail = mails.gate_opened(request, gate.step, person, due_at, link, desk.sop)
            post.enqueue(
                desk,
                session,
                request,
                mail,
                kind="gate_opened",
                recipients=[person.email],
                key=f"{gate.step}/{gate.round_no}/{person.user}{occasion}",
                attachments=_attachments(request, gate.step, person),
            )


def decide(desk: Desk, gate: Gate, answer: Answer) -> Choice:
    """Record `answer` and return the choice.

    :raises AnswerRefused: the answer does not count; that is on the audit log, and a mail to the person waits.
    """
    try:
        with desk.register.transaction() as session:
            request = requests.by_number(session, gate.number)
            choice = _choice(gate.step, answer)
            person = entitlement.entitled(desk, request, gate.step, answer.user, answer.at)
            _check_asked(session, request, gate)
            if choice in NEEDS_REASON and not answer.note:
                raise AnswerRefused(f"Pilihan “{choice}” wajib disertai alasan pada kolom catatan.")
            _record(desk, session, request, gate, choice=choice, answer=answer, person=person)
            return choice
    except AnswerRefused as refused:
        _refuse(desk, gate, answer, refused)


def standing(desk: Desk, gate: Gate) -> Choice | None:
    """Return the choice that was recorded since the gate last asked, None when it still waits."""
    with desk.register.transaction() as session:
        request = requests.by_number(session, gate.number)
        decision = decisions.standing(session, request, gate.step, gate.round_no)
        return CHOICES[gate.step](decision.choice) if decision else None


def proceeds(desk: Desk, gate: Gate, choice: Choice) -> bool:
    """Tell whether the tasks after the gate run; otherwise the request goes to its close."""
    if choice is ConfirmChoice.NOT_CONFORMING:
        return gate.round_no <= desk.sop.repeats
    return choice in {VerifyChoice.APPROVE, PlanChoice.APPROVE}


def _choice(step: Step, answer: Answer) -> Choice:
    try:
        return CHOICES[step](answer.choice)
    except ValueError as err:
        raise AnswerRefused(f"Pilihan “{answer.choice}” tidak ada pada gerbang ini.") from err


def _check_asked(session: Session, request: Request, gate: Gate) -> None:
    """Raise AnswerRefused when the request has moved on, or the plan is not the one that the gate showed."""
    if request.status != ASKING[gate.step]:
        raise AnswerRefused(f"Permohonan berstatus {request.status}; gerbang ini sedang tidak menunggu jawaban.")
    asked = decisions.latest_entry(session, gate.number, gate.step, Action.ASKED, gate.round_no)
    if gate.step is Step.PLAN and asked and asked.facts()["plan_sha256"] != plans.current(session, request).sha256:
        raise AnswerRefused("Rencana telah disusun ulang sejak gerbang ini dibuka; buka kembali gerbang lalu jawab.")


def _record(
    desk: Desk, session: Session, request: Request, gate: Gate, *, choice: Choice, answer: Answer, person: Person
) -> None:
    digest = None
    if choice is PlanChoice.APPROVE:
        final = planning.finalise(desk, session, request, answer.form)
        digest = plans.save_draft(session, request, final, at=desk.now(), actor=person.user).sha256
    decisions.record_decision(
        session,
        request,
        step=gate.step,
        round=gate.round_no,
        choice=choice,
        note=answer.note,
        form=dict(answer.form),
        by_user=person.user,
        by_name=person.name,
        by_nip=person.nip,
        by_role=desk.sop.roles[str(desk.sop.steps[gate.step].role)].label,
        at=answer.at,
        plan_sha256=digest,
    )
    timing.end(desk, session, request, gate.step, gate.round_no, at=answer.at)
    _follow(desk, session, request, gate, choice=choice, actor=person.user, why=answer.note or choice)


def _follow(
    desk: Desk, session: Session, request: Request, gate: Gate, *, choice: Choice, actor: str, why: str
) -> None:
    now = desk.now()
    if status := NEXT_STATUS.get(choice):
        requests.change_status(session, request, status, actor=actor, why=why, now=now)
    if choice is ConfirmChoice.NOT_CONFORMING and proceeds(desk, gate, choice):
        requests.change_status(session, request, Status.EXECUTING, actor=actor, why=why, now=now)
        timing.begin(desk, session, request, Step.EXECUTE, round_no=gate.round_no + 1, at=now)


def _refuse(desk: Desk, gate: Gate, answer: Answer, refused: AnswerRefused) -> NoReturn:
    with desk.register.transaction() as session:
        request = requests.by_number(session, gate.number)
        decisions.refuse_answer(session, request, step=gate.step, by_user=answer.user, why=str(refused), at=answer.at)
        mail = mails.answer_refused(
            request, gate.step, answer.user, str(refused), entitlement.deciders(desk, request, gate.step), desk.sop
        )
        key = f"{gate.step}/{gate.round_no}/{answer.user}/{answer.at.isoformat()}"
        address = entitlement.address(desk, answer.user)
        post.enqueue(desk, session, request, mail, kind="answer_refused", recipients=[address], key=key)
    raise refused


def _overdue(desk: Desk, session: Session, request: Request) -> list[Overdue]:
    named = {item.asset for item in request.items}
    known = [asset for _, asset in desk.assets.by_name().values() if asset.name in named]
    today = entitlement.today(desk)
    return [due for due in reviews.dues(session, known, desk.zone, today).values() if due.due_on < today]


def _attachments(request: Request, step: Step, person: Person) -> list[str]:
    """Return the PDF on which is decided; the contact of an SKPD gets the masked edition."""
    audience = Audience.PUBLIC if person.skpd else Audience.OFFICE
    kinds = [files.kind(paper, audience)] if (paper := ATTACHED.get(step)) else []
    return [name for name in files.names(request, *kinds) if name.endswith(".pdf")][-1:]
