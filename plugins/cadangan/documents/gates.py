"""What the gates say, in Markdown: who asks for what, the evidence, when the answer is due, what a choice does."""

from collections.abc import Sequence
from datetime import datetime

from cadangan.config.assets import Assets
from cadangan.config.sop import Sop
from cadangan.core.plan import Plan
from cadangan.core.restoring import RESTORE
from cadangan.core.review import Overdue
from cadangan.core.states import Step
from cadangan.documents import environment
from cadangan.documents.safety import one_line
from cadangan.documents.views.common import cover, decision_on
from cadangan.documents.views.deviations import deviations
from cadangan.documents.views.evidence import outcomes
from cadangan.documents.views.restore import restores, target_of
from cadangan.register.models import Request

_QUESTIONS = {Step.VERIFY: "Verifikasi permohonan", Step.PLAN: "Persetujuan rencana", Step.CONFIRM: "Konfirmasi hasil"}


def subject(step: Step, request: Request, sop: Sop) -> str:
    """Return the heading of a gate, plain text on one line."""
    skpd = next((skpd.code for skpd in sop.skpd if skpd.code == request.form.get("skpd")), "")
    return one_line(" – ".join(part for part in (_QUESTIONS[step], request.number, skpd) if part))


def body(  # noqa: PLR0917 - the request, and what is known around it
    step: Step, request: Request, due_at: datetime | None, sop: Sop, assets: Assets, overdue: Sequence[Overdue] = ()
) -> str:
    """Return the Markdown of the gate of `step`.

    :param due_at: when the answer is due, None for a step without a standard.
    :param overdue: the request's assets whose yearly review is overdue.
    :raises DocumentError: the template is missing or broken.
    """
    common = cover(request, sop, assets)
    restoring = request.service == RESTORE
    found = () if restoring else outcomes(request, assets)
    plan = Plan.model_validate_json(request.plans[-1].body) if request.plans else None
    return environment.markdown(
        f"gates/restore_{step}.md" if restoring else f"gates/{step}.md",
        request=request,
        cover=common,
        letter=common.letter,
        rule=sop.steps[step],
        role=sop.roles[str(sop.steps[step].role)],
        repeats=sop.repeats,
        round=max((row.round for row in request.steps if row.step == step), default=1),
        due_at=due_at,
        overdue=overdue,
        plan=plan,
        outcomes=found,
        restores=restores(request, assets) if restoring else (),
        target=target_of(request) if restoring else "",
        deviations=deviations(request, plan, found) if plan and not restoring else (),
        disposed=decision_on(request, Step.VERIFY),
    )
