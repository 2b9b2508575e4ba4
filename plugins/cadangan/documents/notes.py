"""Mails of what is done without a letter: scheduled back-ups and the destruction of old ones."""

from collections.abc import Sequence
from datetime import datetime

from cadangan.config.sop import Sop
from cadangan.core.states import Result, Status
from cadangan.documents import environment
from cadangan.documents.mails import Mail
from cadangan.documents.safety import one_line
from cadangan.register.keeping import Destruction
from cadangan.register.models import Request
from cadangan.register.rehearsal_row import RehearsalRow


def scheduled_summary(request: Request, sop: Sop) -> Mail:
    """Return the mail that tells the staff what of a scheduled run failed; raise DocumentError."""
    failed = [item for item in request.items if item.result != Result.SUCCEEDED]
    end = "Terlewat" if request.status == Status.CANCELLED else request.result or Result.FAILED
    return _mail(
        "scheduled_summary",
        f"[{end}] Back-up terjadwal {request.form['policy']} – {request.number}",
        sop,
        request=request,
        failed=failed,
        done=len(request.items) - len(failed),
        due_at=datetime.fromisoformat(request.form["due_at"]) if request.form["due_at"] else None,
    )


def destruction_planned(
    request: Request, rows: Sequence[Destruction], kept: Sequence[tuple[str, int]], link: str, sop: Sop
) -> Mail:
    """Return the mail that tells which back-ups would go; raise DocumentError.

    :param kept: reasons for which the others stay, and how many stay for each.
    :param link: http(s) address of the gate; empty where the rule alone decides.
    """
    subject = f"[{'Persetujuan' if link else 'Pemberitahuan'}] Pemusnahan cadangan – {request.number}"
    return _mail("destruction_planned", subject, sop, request=request, rows=rows, kept=kept, link=link)


def drill_failed(name: str, asset: str, row: RehearsalRow, proved: tuple[str, datetime] | None, sop: Sop) -> Mail:
    """Return the mail that tells that a stored back-up failed its rehearsal, and what to do; raise DocumentError.

    :param proved: the newest back-up of the asset that was proved, and its recovery point.
    """
    subject = f"[Uji pulih tidak lulus] Cadangan {asset}"
    return _mail("drill_failed", subject, sop, name=name, asset=asset, row=row, proved=proved, most=10)


def _mail(template: str, subject: str, sop: Sop, **context: object) -> Mail:
    path = f"email/{template}.jinja"
    values: dict[str, object] = {"subject": one_line(subject), "office": sop.office, **context}
    return Mail(
        one_line(subject), environment.markup(path, "html", **values), environment.text(path, form="txt", **values)
    )
