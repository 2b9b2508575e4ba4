"""How the execution differs from the approved plan; an empty list means that it does not, as far as can be told."""

from datetime import timedelta

from cadangan.core.choices import ConfirmChoice
from cadangan.core.plan import Plan, PlannedItem
from cadangan.core.states import Step
from cadangan.documents import formats
from cadangan.documents.views.evidence import Evidence, Outcome
from cadangan.register.models import Request

# A prediction is an estimate; only beyond this factor is it worth a line.
TOLERANCE = 2.0
LATE_START = timedelta(minutes=30)


def deviations(request: Request, plan: Plan, outcomes: tuple[Outcome, ...]) -> tuple[str, ...]:
    """Return one Indonesian sentence a deviation."""
    planned = {item.asset: item for item in plan.items}
    found = _repeats(request)
    for outcome in outcomes:
        item, last = planned.get(outcome.facts.asset), outcome.last
        if item is None:
            found.append(f"{outcome.facts.asset}: tidak tercantum dalam rencana.")
        elif last is None:
            found.append(f"{outcome.facts.asset}: direncanakan, tetapi tidak menghasilkan back-up.")
        else:
            found += [f"{outcome.facts.asset}: {text}" for text in _of_item(plan, item, last)]
    return tuple(found)


def _repeats(request: Request) -> list[str]:
    sent_back = [
        row for row in request.decisions if row.step == Step.CONFIRM and row.choice == ConfirmChoice.NOT_CONFORMING
    ]
    rounds = max((row.round for row in request.steps if row.step == Step.EXECUTE), default=1)
    return [
        f"Pelaksanaan diulang (putaran {row.round + 1}) karena hasil putaran {row.round} dinyatakan belum sesuai: "
        f"{formats.sentence(row.note or 'tanpa catatan')}"
        for row in sent_back
        if row.round < rounds
    ]


def _of_item(plan: Plan, item: PlannedItem, last: Evidence) -> list[str]:
    backup, manifest = last.backup, last.manifest
    seconds = (backup.ended_at - backup.started_at).total_seconds()
    raw = next((artefact.raw_bytes for artefact in manifest.artefacts if artefact.kind == "dump"), None)
    late = backup.round == 1 and backup.started_at > plan.start + LATE_START
    missing = sorted({copy.name for copy in plan.copies} - {copy.destination for copy in last.copies})
    why = " ".join(dict.fromkeys(copy.missing or "" for copy in backup.missing))
    checks = (
        (backup.started_at < plan.start, f"dimulai sebelum jadwal, {formats.moment(backup.started_at)}."),
        (late, f"dimulai {formats.moment(backup.started_at)}, lebih dari 30 menit sesudah jadwal."),
        (manifest.plan_sha256 != plan.sha256(), "manifes menunjuk rencana lain dari yang disetujui."),
        (
            bool(missing),
            f"tidak ada salinan di {', '.join(missing)}; dilengkapi kemudian dari salinan yang baik. {why}".rstrip(),
        ),
        (
            item.server_version not in ("", "-") and item.server_version != manifest.source.server_version,
            f"versi server {manifest.source.server_version}, dalam rencana {item.server_version}.",
        ),
        (
            raw is not None and _off(raw, item.predicted_bytes),
            f"ukuran dump {formats.size(raw)}, perkiraan {formats.size(item.predicted_bytes)}.",
        ),
        (
            # Seconds of start-up say nothing about a short dump.
            seconds > 60 and seconds > TOLERANCE * item.predicted_seconds,  # noqa: PLR2004
            f"berlangsung {formats.duration(seconds)}, perkiraan {formats.duration(item.predicted_seconds)}.",
        ),
    )
    return [text for differs, text in checks if differs]


def _off(actual: int, predicted: int) -> bool:
    return predicted > 0 and not predicted / TOLERANCE <= actual <= predicted * TOLERANCE
