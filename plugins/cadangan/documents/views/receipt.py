"""The receipt (tanda terima) of a letter: that it came in, what comes next and by when. It names no server."""

from dataclasses import dataclass
from datetime import datetime

from cadangan.config.assets import Assets
from cadangan.config.sop import Sop, StepRule
from cadangan.core.states import Step
from cadangan.documents.views.common import Cover, cover
from cadangan.documents.views.signatures import Signature
from cadangan.register.models import Request


@dataclass(frozen=True)
class Receipt:
    """See the module's docstring.

    :param due_at: when the verification is due.
    :param steps: the steps that follow, with their time standards.
    """

    cover: Cover
    received_at: datetime
    due_at: datetime | None
    steps: tuple[StepRule, ...]
    receiver: Signature


def receipt(request: Request, sop: Sop, assets: Assets) -> Receipt:
    """Return what the receipt of the letter of `request` says."""
    person = sop.person(request.recorded_by)
    return Receipt(
        cover=cover(request, sop, assets),
        received_at=request.created_at,
        due_at=next((row.due_at for row in request.steps if row.step == Step.VERIFY), None),
        steps=tuple(sop.steps[step] for step in Step if step is not Step.REGISTER),
        receiver=Signature(
            "Yang menerima",
            person.position if person else sop.office.name,
            person.name if person else "",
            person.nip if person else "",
            person.rank if person else "",
        ),
    )
