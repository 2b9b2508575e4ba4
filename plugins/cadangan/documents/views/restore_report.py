"""The report of a restore (laporan pelaksanaan), with the confirmation of step 5 once there is one."""

from dataclasses import dataclass
from datetime import datetime

from cadangan.config.assets import Assets
from cadangan.config.sop import Sop
from cadangan.core.plan import Plan
from cadangan.core.states import Result, Step, overall
from cadangan.documents.views.common import Cover, cover, decision_on
from cadangan.documents.views.evidence import Evidence, outcomes
from cadangan.documents.views.report import as_of, frozen
from cadangan.documents.views.restore import RestoreFacts, restores, target_of
from cadangan.documents.views.signatures import Signature, executor_signature, signature
from cadangan.documents.views.times import TimeRow, time_rows
from cadangan.register.models import Decision, Request


@dataclass(frozen=True)
class RestoreReport:
    """See the module's docstring.

    :param plan: the frozen plan; None when the request failed before there was one.
    :param saved: the back-ups that were made of what was to be replaced.
    :param technical: messages for the staff.
    """

    cover: Cover
    day: datetime
    result: str
    status: str
    close_note: str
    target: str
    plan: Plan | None
    plan_sha256: str
    disposed_at: datetime | None
    restores: tuple[RestoreFacts, ...]
    saved: tuple[Evidence, ...]
    technical: tuple[str, ...]
    times: tuple[TimeRow, ...]
    confirmation: Decision | None
    signatures: tuple[Signature, ...]


def restore_report(request: Request, sop: Sop, assets: Assets) -> RestoreReport:
    """Return what the report of `request` says, in every outcome."""
    at, row = as_of(request), frozen(request)
    plan = Plan.model_validate_json(row.body) if row else None
    disposed = decision_on(request, Step.VERIFY)
    found = restores(request, assets)
    return RestoreReport(
        cover=cover(request, sop, assets),
        day=at,
        result=request.result or overall([Result(item.result or Result.FAILED) for item in request.items]),
        status=request.status,
        close_note=request.close_note or "",
        target=target_of(request),
        plan=plan,
        plan_sha256=row.sha256 if row else "",
        disposed_at=disposed.at if disposed else None,
        restores=found,
        saved=tuple(made for outcome in outcomes(request, assets) for made in outcome.backups),
        technical=tuple(f"{each.facts.asset}: {each.detail}" for each in found if each.detail),
        times=time_rows(request, sop, at),
        confirmation=decision_on(request, Step.CONFIRM),
        signatures=(
            executor_signature("Yang melaksanakan", plan, sop),
            signature("Menyetujui", request, Step.PLAN, sop),
            signature("Mengetahui", request, Step.VERIFY, sop),
        ),
    )
