"""Who may answer a gate: those who fill its role that day, less those whom the SOP keeps from deciding there."""

from datetime import date, datetime

from cadangan.config.sop import Person
from cadangan.core.restoring import RESTORE
from cadangan.core.states import Step
from cadangan.errors import AnswerRefused
from cadangan.register.models import Request
from cadangan.steps.desk import Desk


def deciders(desk: Desk, request: Request, step: Step) -> tuple[Person, ...]:
    """Return who may answer the gate of `step` today."""
    rule = desk.sop.steps[step]
    people = desk.sop.in_role(str(rule.role), str(request.form.get("skpd")), today(desk))
    return tuple(person for person in people if not _conflict(desk, request, step, person))


def entitled(desk: Desk, request: Request, step: Step, user: str, at: datetime) -> Person:
    """Return the person behind an Airflow log-in who might answer at `at`; raise AnswerRefused for anyone else.

    An answer may be taken a while after it was given, when a deputyship has begun or ended.
    """
    role = str(desk.sop.steps[step].role)
    person = holder(desk, role, str(request.form.get("skpd")), user, at)
    if conflict := _conflict(desk, request, step, person):
        raise AnswerRefused(conflict)
    return person


def holder(desk: Desk, role: str, skpd: str, user: str, at: datetime) -> Person:
    """Return the person behind an Airflow log-in who filled `role` at `at`; raise AnswerRefused for anyone else.

    :param skpd: code of the office whose contacts count, where the role is theirs too.
    """
    people = desk.sop.in_role(role, skpd, _day(desk, at))
    person = next((person for person in people if person.user == user), None)
    if person is None:
        raise AnswerRefused(f"Pengguna {user} tidak memegang peran {desk.sop.roles[role].label} pada tahap ini.")
    return person


def address(desk: Desk, user: str) -> str:
    """Return where mail reaches an Airflow log-in, also one that is nobody's in sop.yaml."""
    person = desk.sop.person(user)
    if person:
        return person.email
    return user if "@" in user or not desk.sop.mail_domain else f"{user}@{desk.sop.mail_domain}"


def today(desk: Desk) -> date:
    """Return the day that it is at the office."""
    return _day(desk, desk.now())


def _day(desk: Desk, at: datetime) -> date:
    return at.astimezone(desk.zone).date()


def _conflict(desk: Desk, request: Request, step: Step, person: Person) -> str:
    forbidden = desk.sop.steps[step].forbid
    form = request.form
    same_nip = person.nip != "-" and person.nip == form.get("requester_nip")
    same_email = person.email.casefold() == str(form.get("requester_email")).casefold()
    if "requester" in forbidden and (same_nip or same_email):
        return f"{person.name} adalah pemohon; SOP tidak memperkenankan pemohon memutuskan tahap ini."
    if "recorder" in forbidden and person.user == request.recorded_by:
        return f"{person.name} mencatat permohonan ini; SOP tidak memperkenankan pencatat memutuskan tahap ini."
    if request.service == RESTORE and step is Step.PLAN and _verified(request, person):
        return f"{person.name} telah memverifikasi permohonan ini; pemulihan memerlukan dua pejabat yang berbeda."
    return ""


def _verified(request: Request, person: Person) -> bool:
    """Return whether the newest answer at the verification is that person's."""
    last = next((row for row in reversed(request.decisions) if row.step == Step.VERIFY), None)
    return last is not None and (last.by_user == person.user or last.by_nip == person.nip != "-")
