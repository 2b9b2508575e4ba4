"""Minutes of a back-up (berita acara pelaksanaan back-up), once its result was confirmed as conforming."""

from dataclasses import dataclass
from typing import ClassVar

from cadangan.config.assets import Assets
from cadangan.config.sop import Sop
from cadangan.core.plan import Plan
from cadangan.core.states import Step
from cadangan.documents import formats
from cadangan.documents.views.common import Cover, cover, decision_on
from cadangan.documents.views.evidence import Outcome, outcomes
from cadangan.documents.views.minutes import Opening, Party, official_number, party
from cadangan.documents.views.signatures import Signature, executor_signature, signature
from cadangan.errors import DocumentError
from cadangan.register.models import Decision, Request


@dataclass(frozen=True)
class BackupMinutes:
    """See the module's docstring.

    :param outcomes: what came of each item of the letter.
    """

    TEMPLATE: ClassVar[str] = "minutes_backup"
    SUFFIX: ClassVar[str] = "berita-acara"

    cover: Cover
    opening: Opening
    plan: Plan
    plan_sha256: str
    outcomes: tuple[Outcome, ...]
    confirmation: Decision


def backup_minutes(request: Request, sop: Sop, assets: Assets) -> BackupMinutes:
    """Return what the minutes of `request` say; raise DocumentError while there is no plan or no confirmation."""
    row = next((row for row in reversed(request.plans) if row.frozen_at), None)
    confirmation = decision_on(request, Step.CONFIRM)
    if row is None or confirmation is None:
        raise DocumentError(f"{request.number} has no frozen plan or no confirmation; minutes tell of both.")
    plan, common = Plan.model_validate_json(row.body), cover(request, sop, assets)
    return BackupMinutes(
        cover=common,
        opening=Opening(
            number=official_number(request.number, "BA", sop),
            at=confirmation.at,
            place=sop.office.city,
            basis=basis(request, common, plan),
            parties=(party_of(executor_signature("", plan, sop), sop), confirmed_by(confirmation, common, sop)),
            witnesses=tuple(party_of(signature("", request, step, sop), sop) for step in (Step.PLAN, Step.VERIFY)),
        ),
        plan=plan,
        plan_sha256=row.sha256,
        outcomes=outcomes(request, assets),
        confirmation=confirmation,
    )


def basis(request: Request, common: Cover, plan: Plan) -> tuple[str, ...]:
    """Return the letter, the disposition and the plan by which was acted."""
    letter, disposed = common.letter, decision_on(request, Step.VERIFY)
    return (
        f"Surat permohonan {letter.skpd} Nomor {letter.number} tanggal {formats.day(letter.day)}, hal {letter.subject}",
        f"Disposisi Nomor {request.number}" + (f" tanggal {formats.day(disposed.at)}" if disposed else ""),
        f"Rencana Nomor {request.number}/RENCANA/{plan.version}",
    )


def confirmed_by(confirmation: Decision, common: Cover, sop: Sop) -> Party:
    """Return who signs for the SKPD: its contact who confirmed, else who signed the letter."""
    person = sop.person(confirmation.by_user)
    if person and person.skpd:
        return party(person, sop)
    letter = common.letter
    return Party(letter.name, letter.position, letter.skpd, letter.nip)


def party_of(signed: Signature, sop: Sop) -> Party:
    """Return who signs a block of the office as a party."""
    return Party(signed.name, signed.position, sop.office.name, signed.nip, signed.rank)
