"""The report (laporan pelaksanaan) of step 4, with the confirmation of step 5 once there is one."""

from dataclasses import dataclass
from datetime import datetime

from cadangan.config.assets import Assets
from cadangan.config.sop import Sop
from cadangan.core.plan import Plan
from cadangan.core.states import Result, Step, overall
from cadangan.documents.views import findings
from cadangan.documents.views.common import Cover, cover, decision_on
from cadangan.documents.views.deviations import deviations
from cadangan.documents.views.evidence import Outcome, latest_instant, outcomes
from cadangan.documents.views.signatures import Signature, executor_signature, signature
from cadangan.documents.views.times import TimeRow, time_rows
from cadangan.register.models import Decision, PlanRow, Request


@dataclass(frozen=True)
class Report:
    """See the module's docstring.

    :param plan: the frozen plan; None when the request failed before there was one.
    :param deviations: None when there is no plan to compare with.
    """

    cover: Cover
    day: datetime
    result: str
    status: str
    close_note: str
    plan: Plan | None
    plan_sha256: str
    disposed_at: datetime | None
    outcomes: tuple[Outcome, ...]
    problems: tuple[str, ...]
    technical: tuple[str, ...]
    deviations: tuple[str, ...] | None
    conclusion: str
    advice: tuple[str, ...]
    times: tuple[TimeRow, ...]
    confirmation: Decision | None
    signatures: tuple[Signature, ...]


def report(request: Request, sop: Sop, assets: Assets) -> Report:
    """Return what the report of `request` says, in every outcome."""
    at = as_of(request)
    found = outcomes(request, assets)
    row = frozen(request)
    plan = Plan.model_validate_json(row.body) if row else None
    disposed = decision_on(request, Step.VERIFY)
    return Report(
        cover=cover(request, sop, assets),
        day=at,
        result=request.result or overall([Result(item.result or Result.FAILED) for item in request.items]),
        status=request.status,
        close_note=request.close_note or "",
        plan=plan,
        plan_sha256=row.sha256 if row else "",
        disposed_at=disposed.at if disposed else None,
        outcomes=found,
        problems=findings.problems(request, found),
        technical=findings.technical(found),
        deviations=deviations(request, plan, found) if plan else None,
        conclusion=findings.conclusion(found),
        advice=findings.advice(found),
        times=time_rows(request, sop, at),
        confirmation=decision_on(request, Step.CONFIRM),
        signatures=(
            executor_signature("Yang melaksanakan", plan, sop),
            signature("Menyetujui", request, Step.PLAN, sop),
            signature("Mengetahui", request, Step.VERIFY, sop),
        ),
    )


def frozen(request: Request) -> PlanRow | None:
    """Return the newest frozen plan of a request."""
    return next((row for row in reversed(request.plans) if row.frozen_at), None)


def as_of(request: Request) -> datetime:
    """Return the last instant on record: a report says when it stood so, whenever it is rendered."""
    steps = [row.ended_at for row in request.steps if row.ended_at]
    # Execution starts on the agreed schedule, which may lie ahead; the confirmation starts when the report is there.
    steps += [row.started_at for row in request.steps if row.step == Step.CONFIRM]
    decided = [row.at for row in request.decisions]
    closed = [request.closed_at] if request.closed_at else []
    restored = [row.ended_at for item in request.items for row in item.restores if row.ended_at]
    return max([request.created_at, *steps, *decided, *closed, *restored, *latest_instant(request.items)])
