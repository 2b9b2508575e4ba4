"""Who signs a document, and in what office."""

from dataclasses import dataclass
from datetime import datetime

from cadangan.config.sop import Sop
from cadangan.core.plan import Plan
from cadangan.core.states import Step
from cadangan.documents.formats import ZONE
from cadangan.documents.views.common import decision_on
from cadangan.register.models import Decision, Request


@dataclass(frozen=True)
class Signature:
    """A signature block; `at` is when the decision was recorded, None while there is none."""

    heading: str
    position: str
    name: str
    nip: str = ""
    rank: str = ""
    at: datetime | None = None


def signature(heading: str, request: Request, step: Step, sop: Sop) -> Signature:
    """Return the block of who decided `step`; before a decision, of the first who may."""
    decision = decision_on(request, step)
    role_name = str(sop.steps[step].role)
    if decision is None:
        role = sop.roles[role_name]
        first = next((person for user in role.people if (person := sop.person(user))), None)
        return (
            Signature(heading, role.label, first.name, first.nip, first.rank)
            if first
            else Signature(heading, role.label, "")
        )
    person = sop.person(decision.by_user)
    return Signature(
        heading=heading,
        position=_position(decision, role_name, sop),
        name=decision.by_name,
        nip=decision.by_nip,
        rank=person.rank if person else "",
        at=decision.at,
    )


def executor_signature(heading: str, plan: Plan | None, sop: Sop) -> Signature:
    """Return the block of the first executor; without a plan, of the role alone."""
    if plan and plan.executors:
        first = plan.executors[0]
        return Signature(heading, first.role, first.name, first.nip)
    return Signature(heading, sop.roles[str(sop.steps[Step.EXECUTE].role)].label, "")


def _position(decision: Decision, role_name: str, sop: Sop) -> str:
    """Return in what office someone decided; a deputy signs as Plh. or Plt. of the role."""
    role, on = sop.roles[role_name], decision.at.astimezone(ZONE).date()
    for deputy in role.deputies:
        if deputy.user == decision.by_user and deputy.first_day <= on <= deputy.last_day:
            return f"{deputy.title} {role.label}"
    person = sop.person(decision.by_user)
    return person.position if person else decision.by_role
