"""The letter (surat balasan) that returns or rejects a request. It names no server."""

from dataclasses import dataclass
from datetime import datetime

from cadangan.config.assets import Assets
from cadangan.config.sop import Sop
from cadangan.core.choices import PlanChoice, VerifyChoice
from cadangan.core.states import Status, Step
from cadangan.documents.views.common import Cover, cover
from cadangan.documents.views.signatures import Signature, signature
from cadangan.register.models import Decision, Request

_REFUSALS = (VerifyChoice.RETURN, VerifyChoice.REJECT, PlanChoice.RETURN)


@dataclass(frozen=True)
class Reply:
    """See the module's docstring.

    :param number: for the official number of the letter, which the secretariat gives; ours stands in it.
    :param rejected: whether it ends here; a returned request may come again.
    """

    cover: Cover
    number: str
    day: datetime
    received_at: datetime
    rejected: bool
    reason: str
    officer: Signature
    copied_to: tuple[str, ...]


def reply(request: Request, sop: Sop, assets: Assets) -> Reply:
    """Return what the letter about the returned or rejected `request` says."""
    decision = _refusal(request)
    step = Step(decision.step) if decision else Step.VERIFY
    return Reply(
        cover=cover(request, sop, assets),
        number=f"{sop.classification_code}/{request.number}/{sop.office.short}",
        day=request.closed_at or (decision.at if decision else request.created_at),
        received_at=request.created_at,
        rejected=request.status == Status.REJECTED,
        reason=(decision.note if decision else "") or request.close_note,
        officer=signature("", request, step, sop),
        copied_to=(*(role.label for name, role in sop.roles.items() if name == "manager"), "Arsip"),
    )


def _refusal(request: Request) -> Decision | None:
    return next((row for row in reversed(request.decisions) if row.choice in _REFUSALS), None)
