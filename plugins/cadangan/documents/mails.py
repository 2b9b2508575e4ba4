"""The mails: subject, HTML and plain text of each kind, all from templates."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from cadangan.config.assets import Assets
from cadangan.config.sop import Person, Sop
from cadangan.core.states import REFUSED, Status, Step
from cadangan.documents import environment
from cadangan.documents.safety import one_line
from cadangan.documents.views.common import SERVICES, letter
from cadangan.documents.views.compliance import Compliance
from cadangan.documents.views.evidence import outcomes
from cadangan.register.models import Request

_ENDS = {
    Status.DONE: "Selesai",
    Status.FAILED: "Gagal",
    Status.REJECTED: "Ditolak",
    Status.RETURNED: "Dikembalikan",
    Status.CANCELLED: "Dibatalkan",
}


@dataclass(frozen=True)
class Mail:
    """What a mail says. The subject is one line; who gets it is the outbox's business."""

    subject: str
    html: str
    text: str


def gate_opened(  # noqa: PLR0917 - in the order in which the sentence says it
    request: Request, step: Step, person: Person, due_at: datetime | None, link: str, sop: Sop
) -> Mail:
    """Return the mail that asks `person` to answer the gate of `step`; raise DocumentError when it cannot be made.

    :param link: http(s) address of the gate.
    """
    rule = sop.steps[step]
    subject = f"[Tahap {rule.number}] {rule.title} – {request.number}"
    return about_request(
        "gate_opened", subject, request, sop, step=step, rule=rule, person=person, due_at=due_at, link=link
    )


def answer_refused(  # noqa: PLR0917 - likewise
    request: Request, step: Step, user: str, reason: str, deciders: Sequence[Person], sop: Sop
) -> Mail:
    """Return the mail that tells `user` why an answer did not count, and who may answer; raise DocumentError."""
    rule = sop.steps[step]
    subject = f"[Jawaban tidak diterima] Tahap {rule.number} {rule.title} – {request.number}"
    person = sop.person(user)
    return about_request(
        "answer_refused",
        subject,
        request,
        sop,
        rule=rule,
        addressee=person.position if person else user,
        reason=reason,
        deciders=[f"{decider.name}, {decider.position}" for decider in deciders],
    )


def received(request: Request, sop: Sop) -> Mail:
    """Return the mail that brings the requester the receipt of the letter; raise DocumentError when it cannot be."""
    return about_request("received", f"[Tanda terima] {_service(request)} – {request.number}", request, sop)


def request_refused(request: Request, sop: Sop) -> Mail:
    """Return the mail that gives the requester every reason for which the letter was not taken; raise DocumentError."""
    subject = f"[Permohonan tidak dapat diterima] {_service(request)} – {request.number}"
    return about_request("request_refused", subject, request, sop)


def concluded(request: Request, sop: Sop) -> Mail:
    """Return the mail that tells the requester how the request ended; raise DocumentError when it cannot be made."""
    end = _ENDS.get(Status(request.status), request.status)
    return about_request(
        "concluded",
        f"[{end}] Permohonan {_service(request)} – {request.number}",
        request,
        sop,
        end=end,
        refused=request.status in REFUSED,
        reason=_reason(request),
        outcomes=outcomes(request, Assets(servers=())),
    )


def compliance(view: Compliance, sop: Sop) -> Mail:
    """Return the mail that carries the compliance report to the managers; raise DocumentError."""
    subject = f"[Laporan kepatuhan] Mutu baku waktu layanan – {view.period}"
    path = "email/compliance.jinja"
    values: dict[str, object] = {"subject": subject, "office": sop.office, "view": view}
    return Mail(subject, environment.markup(path, "html", **values), environment.text(path, form="txt", **values))


def _service(request: Request) -> str:
    return f"{SERVICES.get(request.service, request.service)} Database"


def _reason(request: Request) -> str:
    return request.close_note or next((row.note for row in reversed(request.decisions) if row.note), "")


def about_request(template: str, subject: str, request: Request, sop: Sop, **context: object) -> Mail:
    """Return the mail of a template on `request`, which `context` is for; raise DocumentError."""
    path = f"email/{template}.jinja"
    values: dict[str, object] = {
        "subject": one_line(subject),
        "office": sop.office,
        "request": request,
        "letter": letter(request.form, sop),
        "service": _service(request),
        **context,
    }
    return Mail(
        one_line(subject), environment.markup(path, "html", **values), environment.text(path, form="txt", **values)
    )
