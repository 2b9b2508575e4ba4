"""Minutes of a destruction of back-ups (berita acara pemusnahan cadangan)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from cadangan.config.assets import Assets
from cadangan.config.sop import Sop
from cadangan.core.states import Step
from cadangan.documents import formats
from cadangan.documents.views.minutes import Masthead, Opening, masthead, official_number, party
from cadangan.register.keeping import Destruction
from cadangan.register.models import Request

METHOD = "Setiap berkas dihapus pada semua tujuan penyimpanan, kemudian dipastikan tidak ada lagi."
_CHANGED = "keadaannya berubah sejak rencana dibuat"


@dataclass(frozen=True)
class DestroyedCopy:
    """One file at one destination; `gone_at` is when it was seen to be gone, None when it is still there."""

    destination: str
    name: str
    url: str
    stored_bytes: int
    sha256: str
    gone_at: datetime | None


@dataclass(frozen=True)
class Destroyed:
    """A back-up that was to go.

    :param taken_at: its recovery point.
    :param why: the rule by which it went, such as the end of its retention, an Indonesian phrase.
    :param kept_because: why it stayed after all, empty when it went.
    """

    backup: str
    application: str
    personal_data: str
    taken_at: datetime
    why: str
    copies: tuple[DestroyedCopy, ...]
    kept_because: str = ""

    @property
    def gone(self) -> bool:
        """Whether nothing of it is left."""
        return not self.kept_because and all(copy.gone_at for copy in self.copies)


@dataclass(frozen=True)
class DestructionMinutes:
    """See the module's docstring.

    :param method: how copies are made unreadable, an Indonesian sentence.
    :param approved_by: who let it happen, or the rule that did, an Indonesian phrase.
    """

    TEMPLATE: ClassVar[str] = "minutes_destruction"
    SUFFIX: ClassVar[str] = "berita-acara-pemusnahan"

    cover: Masthead
    opening: Opening
    approved_by: str
    method: str
    destroyed: tuple[Destroyed, ...]
    note: str = ""

    @property
    def gone(self) -> tuple[Destroyed, ...]:
        """The back-ups of which nothing is left."""
        return tuple(each for each in self.destroyed if each.gone)

    @property
    def copies(self) -> tuple[DestroyedCopy, ...]:
        """The files of all back-ups that were not kept."""
        return tuple(copy for each in self.destroyed if not each.kept_because for copy in each.copies)

    @property
    def freed_bytes(self) -> int:
        """How much room became free, over all destinations."""
        return sum(copy.stored_bytes for copy in self.copies if copy.gone_at)


def destruction_minutes(
    request: Request, rows: Sequence[Destruction], decided: Mapping[str, str] | None, sop: Sop, assets: Assets
) -> DestructionMinutes:
    """Return what the minutes of a destruction say.

    :param rows: of its plan, in their order.
    :param decided: name and role of who approved it at its gate; None where a policy's rule alone let it happen.
    """
    at = max((row.ended_at for row in rows if row.ended_at), default=request.created_at)
    day = at.astimezone(formats.ZONE).date()
    staff = sop.in_role(str(sop.steps[Step.EXECUTE].role), "", day)
    planners = sop.in_role(str(sop.steps[Step.PLAN].role), "", day)
    return DestructionMinutes(
        cover=masthead(request.number, "Terbatas", sop, assets),
        opening=Opening(
            number=official_number(request.number, "BA", sop),
            at=at,
            place=sop.office.city,
            basis=(f"Rencana pemusnahan Nomor {request.number}", "Kebijakan masa simpan cadangan yang berlaku"),
            parties=tuple(party(person, sop) for person in staff[:1]),
            witnesses=tuple(party(person, sop) for person in planners[:1]),
        ),
        approved_by=f"{decided['name']}, {decided['role']}" if decided else "kebijakan masa simpan yang berlaku",
        method=METHOD,
        destroyed=tuple(_destroyed(row, assets) for row in rows),
    )


def _destroyed(row: Destruction, assets: Assets) -> Destroyed:
    backup = row.backup
    _, asset = assets.by_name().get(backup.asset, (None, None))
    return Destroyed(
        backup=backup.name,
        application=asset.application if asset else backup.asset,
        personal_data=asset.personal_data if asset else "",
        taken_at=backup.snapshot_at,
        why=row.why,
        copies=tuple(
            DestroyedCopy(
                destination=copy.destination,
                name=copy.artefact,
                url=copy.url,
                stored_bytes=copy.bytes,
                sha256=copy.sha256,
                gone_at=row.ended_at if copy.destination in row.destinations else None,
            )
            for copy in backup.copies
        ),
        kept_because="" if row.begun_at else _CHANGED,
    )
