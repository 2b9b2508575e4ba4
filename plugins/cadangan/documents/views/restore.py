"""What a request for a restore asks for, what was found of its back-ups, and what came of each of its items."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from cadangan.config.assets import Assets
from cadangan.core.restoring import MODES, Mode
from cadangan.core.states import ENDED, Status
from cadangan.documents import formats
from cadangan.documents.views.common import ItemFacts, item_facts
from cadangan.documents.views.evidence import NEVER, NOT_YET
from cadangan.register.models import Item, Request
from cadangan.register.restore_row import RestoreRow

_NEVER_PROVED = "belum pernah diuji"


@dataclass(frozen=True)
class Chosen:
    """The back-up from which an item is restored.

    :param age: of its recovery point, when it was looked at.
    :param taken_for: number of the request or run that made it.
    :param proved_at: when a rehearsal of it last passed.
    :param copies: where it lies, and whether that copy is good.
    """

    name: str
    recovery_point: datetime | None
    age: timedelta
    taken_for: str
    stored_bytes: int | None
    proof: str
    proved_at: datetime | None
    copies: tuple[str, ...]


@dataclass(frozen=True)
class Done:
    """What came of a restore in one round.

    :param database: the name under which it is used.
    :param kept: the name of what it replaced; empty where it replaced nothing.
    :param safety_backup: name of the back-up of that.
    :param standing: in one sentence, what serves now.
    """

    round: int
    server: str
    database: str
    destination: str
    started_at: datetime
    ended_at: datetime | None
    seconds: timedelta
    verdict: str
    differences: tuple[str, ...]
    remarks: tuple[str, ...]
    kept: str
    safety_backup: str
    standing: str


@dataclass(frozen=True)
class RestoreFacts:
    """One item of the request."""

    facts: ItemFacts
    chosen: Chosen | None
    result: str
    error: str
    detail: str
    rounds: tuple[Done, ...]

    @property
    def last(self) -> Done | None:
        """What came of the newest round."""
        return self.rounds[-1] if self.rounds else None


def restores(request: Request, assets: Assets) -> tuple[RestoreFacts, ...]:
    """Return what is known of every item, in the letter's order."""
    undone = NEVER if Status(request.status) in ENDED else NOT_YET
    return tuple(
        RestoreFacts(
            facts=item_facts(item, assets),
            chosen=_chosen(item),
            result=item.result or undone,
            error=item.error or "",
            detail=item.error_detail or "",
            rounds=tuple(_done(item, row) for row in item.restores),
        )
        for item in request.items
    )


def target_of(request: Request) -> str:
    """Return where the letter wants the restore, for people."""
    form = request.form
    mode = MODES[Mode(form["mode"])] if form.get("mode") in set(Mode) else "-"
    named = [str(form[key]) for key in ("target_server", "new_name") if form.get(key)]
    return " – ".join([mode, *named])


def _chosen(item: Item) -> Chosen | None:
    found = item.inspection or {}
    if not found.get("backup"):
        return None
    good = {True: "baik", False: "tidak dipakai"}
    return Chosen(
        name=found["backup"],
        recovery_point=_instant(found.get("recovery_point")),
        age=timedelta(seconds=found.get("age_seconds", 0)),
        taken_for=found.get("taken_for", ""),
        stored_bytes=found.get("stored_bytes"),
        proof=found.get("proof") or _NEVER_PROVED,
        proved_at=_instant(found.get("proved_at")),
        copies=tuple(f"{copy['destination']} ({good[copy['good']]})" for copy in found.get("copies", ())),
    )


def _done(item: Item, row: RestoreRow) -> Done:
    shown = tuple(each["sentence"] for each in row.differences)
    more = row.different - len(shown)
    saved = {backup.id: backup.name for backup in item.backups}
    return Done(
        round=row.round,
        server=row.server,
        database=row.database,
        destination=row.destination,
        started_at=row.started_at,
        ended_at=row.ended_at,
        seconds=timedelta(seconds=row.restore_seconds + row.compare_seconds),
        verdict=row.verdict,
        differences=(*shown, *([f"… dan {formats.number(more)} perbedaan lain."] if more > 0 else [])),
        remarks=(
            *([row.reason] if row.reason else []),
            *(each["sentence"] for each in (*row.not_compared, *row.harmless)),
        ),
        kept=row.kept,
        safety_backup=saved.get(row.safety_backup_id or 0, ""),
        standing=_standing(row),
    )


def _standing(row: RestoreRow) -> str:
    if row.dropped_at:
        gone = "Yang lama" if row.accepted_at else "Hasil pemulihan"
        return f"{gone} telah dihapus pada {formats.moment(row.dropped_at)}."
    until = f" sampai {formats.moment(row.keep_until)}" if row.keep_until else ""
    if row.rolled_back_at:
        return f"Keadaan semula dikembalikan pada {formats.moment(row.rolled_back_at)}; hasilnya disimpan{until}."
    if row.switched_at is None:
        return "Tidak ada yang diganti."
    if not row.kept:
        return f"Hasil pemulihan dapat dipakai sebagai {row.database}."
    return f"Hasil pemulihan berjalan sebagai {row.database}; yang lama disimpan sebagai {row.kept}{until}."


def _instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
