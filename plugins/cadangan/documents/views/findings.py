"""What a report concludes from the outcomes: problems, conclusion, advice. Indonesian sentences."""

from cadangan.core.choices import ConfirmChoice
from cadangan.core.states import Status, Step, Verdict
from cadangan.documents import formats
from cadangan.documents.formats import sentence
from cadangan.documents.views.common import decision_on
from cadangan.documents.views.evidence import Outcome
from cadangan.register.models import Request


def problems(request: Request, outcomes: tuple[Outcome, ...]) -> tuple[str, ...]:
    """Return what went wrong, item by item, then why the request failed."""
    found = [
        f"{outcome.facts.asset}: {sentence(outcome.error or outcome.result.lower())}"
        for outcome in outcomes
        if not outcome.succeeded
    ]
    confirmation = decision_on(request, Step.CONFIRM)
    if confirmation and confirmation.choice == ConfirmChoice.NOT_CONFORMING:
        found.append(f"Hasil dinyatakan belum sesuai: {sentence(confirmation.note or 'tanpa catatan')}")
    elif request.status == Status.FAILED and request.close_note:
        found.append(request.close_note)
    return tuple(found)


def technical(outcomes: tuple[Outcome, ...]) -> tuple[str, ...]:
    """Return the technical messages behind what went wrong, for the staff: of items, newest copies and rehearsals."""
    items = [f"{outcome.facts.asset}: {outcome.detail}" for outcome in outcomes if outcome.detail]
    copies = [
        f"{outcome.facts.asset}, salinan {copy.destination}, {copy.artefact}: {copy.check_detail}"
        for outcome in outcomes
        if outcome.last
        for copy in outcome.last.copies
        if copy.check_detail
    ]
    rehearsals = [
        f"{outcome.facts.asset}, uji pulih: {row.detail}"
        for outcome in outcomes
        if outcome.last
        for row in outcome.last.backup.rehearsals[-1:]
        if row.detail
    ]
    return tuple(items + copies + rehearsals)


def conclusion(outcomes: tuple[Outcome, ...]) -> str:
    """Return in one sentence how many of the items were backed up."""
    done, total = sum(outcome.succeeded for outcome in outcomes), len(outcomes)
    if total and done == total:
        return f"Seluruh {_counted(total)} objek yang dimohonkan berhasil dicadangkan{_checked(outcomes)}."
    if done:
        return (
            f"Sebanyak {_counted(done)} dari {_counted(total)} objek berhasil dicadangkan; "
            "selebihnya tidak berhasil dan belum memiliki cadangan dari permohonan ini."
        )
    return "Tidak ada objek yang berhasil dicadangkan dari permohonan ini."


def advice(outcomes: tuple[Outcome, ...]) -> tuple[str, ...]:
    """Return what should be done next."""
    done = [outcome for outcome in outcomes if outcome.succeeded]
    copies = [copy for outcome in done if outcome.last for copy in outcome.last.copies]
    found = []
    if len(done) < len(outcomes):
        found.append("Mengatasi kendala pada bagian F, lalu mengajukan kembali objek yang belum berhasil.")
    if any(outcome.last and len({copy.destination for copy in outcome.last.copies}) == 1 for outcome in done):
        found.append("Menambah salinan di lokasi terpisah; cadangan ini baru tersimpan di satu tempat.")
    if any(Verdict.NOT_RUN in (copy.decrypt_check, copy.contents_check) for copy in copies):
        found.append("Menjalankan pemeriksaan dekripsi dan daftar isi pada mesin yang memegang kunci.")
    if any(outcome.last and outcome.last.proof.verdict != Verdict.PASSED for outcome in done):
        found.append("Menjadwalkan uji pulih; cadangan baru terbukti setelah berhasil dipulihkan.")
    return tuple(found)


def _checked(outcomes: tuple[Outcome, ...]) -> str:
    copies = [copy for outcome in outcomes if outcome.last for copy in outcome.last.copies]
    if copies and all(copy.digest_check == Verdict.PASSED for copy in copies):
        return ", dan SHA-256 setiap salinannya telah dicocokkan dengan membaca ulang"
    return "; pemeriksaan salinan belum lengkap, lihat bagian E"


def _counted(value: int) -> str:
    return f"{value} ({formats.words(value)})"
