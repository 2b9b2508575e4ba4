"""The routing slip (lembar disposisi) of step 2, which also tells of a returned or rejected request."""

from dataclasses import dataclass
from datetime import datetime

from cadangan.config.assets import Assets
from cadangan.config.sop import Sop
from cadangan.core.choices import VerifyChoice
from cadangan.core.request import NATURES
from cadangan.core.states import REFUSED, Status, Step
from cadangan.documents.views.common import Cover, ItemFacts, cover, decision_on
from cadangan.documents.views.signatures import Signature, signature
from cadangan.register.models import Request

SECRET_NATURE = "Rahasia"  # noqa: S105 - a letter's nature
COMPLETE = "Lengkap"
RETURNED = "Dikembalikan"
REJECTED = "Ditolak"
OUTCOMES = (COMPLETE, RETURNED, REJECTED)
_OF_CHOICE = {
    VerifyChoice.APPROVE.value: COMPLETE,
    VerifyChoice.RETURN.value: RETURNED,
    VerifyChoice.REJECT.value: REJECTED,
}


@dataclass(frozen=True)
class Check:
    """A line of the checklist: ticked only when it was looked at and holds."""

    label: str
    met: bool
    detail: str = ""


@dataclass(frozen=True)
class Disposition:
    """See the module's docstring.

    :param outcome: one of OUTCOMES, empty while the verifier has not decided.
    :param sent_back: why a later step sent the request back, empty when none did.
    """

    cover: Cover
    received_at: datetime
    day: datetime
    natures: tuple[str, ...]
    outcomes: tuple[str, ...]
    checks: tuple[Check, ...]
    routed_to: tuple[str, ...]
    proceeds: bool
    outcome: str
    reason: str
    note: str
    sent_back: str
    officer: Signature


def disposition(request: Request, sop: Sop, assets: Assets) -> Disposition:
    """Return what the routing slip of `request` says."""
    common = cover(request, sop, assets)
    decision = decision_on(request, Step.VERIFY)
    outcome = _outcome(request, decision.choice if decision else None)
    note = decision.note if decision else ""
    officer = signature("Pejabat yang mendisposisikan", request, Step.VERIFY, sop)
    staff = sop.roles[str(sop.steps[Step.EXECUTE].role)].label
    return Disposition(
        cover=common,
        received_at=request.created_at,
        day=officer.at or request.closed_at or request.created_at,
        natures=(*NATURES, SECRET_NATURE),
        outcomes=OUTCOMES,
        checks=_checks(request, common),
        routed_to=(sop.steps[Step.PLAN].actor, f"Tim {staff}"),
        proceeds=outcome == COMPLETE,
        outcome=outcome,
        reason="" if outcome == COMPLETE else note or request.close_note or "; ".join(map(str, request.violations)),
        note=note if outcome == COMPLETE else "",
        sent_back=_sent_back(request) if outcome == COMPLETE else "",
        officer=officer,
    )


def _outcome(request: Request, choice: str | None) -> str:
    if choice in _OF_CHOICE:
        return _OF_CHOICE[choice]
    return {Status.RETURNED.value: RETURNED, Status.REJECTED.value: REJECTED}.get(request.status, "")


def _sent_back(request: Request) -> str:
    later = decision_on(request, Step.PLAN)
    if request.status not in REFUSED:
        return ""
    return (later.note if later else "") or request.close_note or request.status


def _checks(request: Request, common: Cover) -> tuple[Check, ...]:
    accepted, items = not request.violations, common.items
    return (
        Check("Surat permohonan memuat nomor, tanggal, hal, dan identitas pemohon", accepted),
        Check("Pemohon berasal dari SKPD yang terdaftar", accepted, common.letter.skpd),
        Check("Daftar objek yang dimohonkan terlampir", bool(items), f"{len(items)} objek"),
        Check(
            "Server dan objek tercatat dalam register aset",
            bool(items) and all(item.server for item in items),
            ", ".join(item.asset_no for item in items if item.asset_no),
        ),
        Check("Server dapat dihubungi dan objek dapat dibaca seluruhnya", _readable(items), _inspected(items)),
    )


def _readable(items: tuple[ItemFacts, ...]) -> bool:
    return bool(items) and all(item.inspected and not item.blockers for item in items)


def _inspected(items: tuple[ItemFacts, ...]) -> str:
    if not any(item.inspected for item in items):
        return "belum diperiksa"
    blocked = [item.asset for item in items if item.blockers]
    return f"halangan pada: {', '.join(blocked)}" if blocked else "diperiksa tanpa halangan"
