"""The end of a request, whatever its way."""

import logging

from sqlalchemy.orm import Session

from cadangan.core.choices import ConfirmChoice
from cadangan.core.states import ENDED, REFUSED, Result, Status, Step
from cadangan.documents import mails
from cadangan.errors import RequestFailed
from cadangan.register import requests
from cadangan.register.models import Request
from cadangan.steps import confirm, post, verify
from cadangan.steps.desk import Desk

log = logging.getLogger(__name__)


def conclude(desk: Desk, number: str) -> None:
    """Bring the request to its closing status, write the final documents and the mail to the requester."""
    with desk.register.transaction() as session:
        request = requests.by_number(session, number)
        if request.violations:
            return
        _end(desk, session, request)
        status = Status(request.status)
    if status in REFUSED:
        verify.write_disposition(desk, number)
    else:
        confirm.write_report(desk, number)
    with desk.register.transaction() as session:
        _tell_requester(desk, session, requests.by_number(session, number))
    log.info("Request %s: ended as %s", number, status)


def check(desk: Desk, number: str) -> None:
    """Raise RequestFailed when the request was refused at the register, failed, or an item of it did."""
    with desk.register.reading() as session:
        request = requests.by_number(session, number)
        if request.violations:
            raise RequestFailed(f"Request {number} was refused at the register; see the log of its first task.")
        failed = [f"{item.asset}: {item.error}" for item in request.items if item.result == Result.FAILED]
        if request.status == Status.FAILED or failed:
            raise RequestFailed(
                f"Request {number} ended as {request.status} ({request.result}). {request.close_note} "
                f"{'; '.join(failed)}"
            )


def _end(desk: Desk, session: Session, request: Request) -> None:
    """Set the closing status by what the last gate said; a run that stopped before it has failed."""
    if request.status in ENDED:
        return
    last = max((row for row in request.decisions if row.step == Step.CONFIRM), key=lambda row: row.id, default=None)
    result = Result(request.result or Result.FAILED)
    new, actor, why = Status.FAILED, "cadangan", "Proses berhenti sebelum selesai; lihat log tugas yang gagal."
    if last and request.status == Status.AWAITING_CONFIRMATION:
        conforms = last.choice == ConfirmChoice.CONFORMS and result is not Result.FAILED
        new, actor, why = Status.DONE if conforms else Status.FAILED, last.by_user, last.note or last.choice
    requests.change_status(session, request, new, actor=actor, why=why, now=desk.now(), result=result)


def _tell_requester(desk: Desk, session: Session, request: Request) -> None:
    kind = "disposition" if request.status in REFUSED else "report"
    post.enqueue(
        desk,
        session,
        request,
        mails.concluded(request, desk.sop),
        kind="concluded",
        recipients=[request.form.get("requester_email")],
        key=request.status,
        attachments=[document.name for document in request.documents if document.kind == kind],
    )
