"""The plan (perencanaan) of step 3."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from cadangan.config.assets import Assets
from cadangan.config.sop import Sop
from cadangan.core.choices import PlanChoice
from cadangan.core.plan import Plan
from cadangan.core.states import Step
from cadangan.documents.views.common import Cover, cover, decision_on
from cadangan.documents.views.signatures import Signature, executor_signature, signature
from cadangan.register.models import Decision, Request


@dataclass(frozen=True)
class PlanView:
    """See the module's docstring.

    :param end: start and the predicted durations one after the other.
    :param decision: the button that the planner pressed, empty before.
    """

    cover: Cover
    plan: Plan
    sha256: str
    day: datetime
    end: datetime
    approved: bool
    decision: str
    reason: str
    disposed_at: datetime | None
    signatures: tuple[Signature, ...]


def plan_view(request: Request, plan: Plan, sop: Sop, assets: Assets) -> PlanView:
    """Return what the document of `plan` says."""
    decision = decision_on(request, Step.PLAN)
    disposed = decision_on(request, Step.VERIFY)
    return PlanView(
        cover=cover(request, sop, assets),
        plan=plan,
        sha256=plan.sha256(),
        day=decision.at if decision else disposed.at if disposed else request.created_at,
        end=plan.start + timedelta(seconds=sum(item.predicted_seconds for item in plan.items)),
        approved=_approved(decision),
        decision=decision.choice if decision else "",
        reason=decision.note if decision and not _approved(decision) else "",
        disposed_at=disposed.at if disposed else None,
        signatures=(
            executor_signature("Disusun oleh", plan, sop),
            signature("Disetujui oleh", request, Step.PLAN, sop),
        ),
    )


def _approved(decision: Decision | None) -> bool:
    return decision is not None and decision.choice == PlanChoice.APPROVE
