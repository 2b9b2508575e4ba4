"""Step 5: the report, the confirmed result, the end (Mengkonfirmasi hasil pelaksanaan)."""

import logging

from sqlalchemy.orm import Session

from cadangan.core.choices import ConfirmChoice
from cadangan.core.states import ENDED, REFUSED, Result, Status, Step, overall
from cadangan.documents import mails, render
from cadangan.errors import CadanganError
from cadangan.register import requests
from cadangan.register.models import Request
from cadangan.steps import files, post, timing, verify
from cadangan.steps.desk import Desk

log = logging.getLogger(__name__)


class RequestFailed(CadanganError):
    """The request ended as failed; the run in Airflow must say so."""


def report(desk: Desk, number: str, round_no: int) -> bool:
    """Write the report of the execution and start the confirmation; False when nothing was executed."""
    with desk.register.transaction() as session:
        request = requests.by_number(session, number)
        if request.status not in (Status.PLANNED, Status.EXECUTING, Status.AWAITING_CONFIRMATION, Status.FAILED):
            return False
        now = desk.now()
        requests.end_step(session, request, Step.EXECUTE, round_no, at=now)
        requests.change_status(session, request, Status.EXECUTING, actor="cadangan", why="laporan", now=now)
        result = overall([Result(item.result or Result.FAILED) for item in request.items])
        requests.change_status(session, request, Status.AWAITING_CONFIRMATION, actor="cadangan", why=result, now=now)
        request.result = result
        timing.begin(desk, session, request, Step.CONFIRM, round_no=round_no, at=now)
        _write_report(desk, session, request)
        log.info("Request %s: reported %s; waiting for confirmation", number, request.result)
        return True


def conclude(desk: Desk, dag_id: str, run_id: str) -> str:
    """Bring the run's request to its end, write the final documents and the mail to the requester.

    Return the request's number.
    """
    with desk.register.transaction() as session:
        request = requests.by_run(session, dag_id, run_id)
        _end(desk, session, request)
        if request.violations:
            return request.number
        if request.status in REFUSED:
            verify.write_disposition(desk, session, request)
        else:
            _write_report(desk, session, request)
        _tell_requester(desk, session, request)
        log.info("Request %s: ended as %s (%s)", request.number, request.status, request.result or "-")
        return request.number


def check_end(desk: Desk, dag_id: str, run_id: str) -> None:
    """Raise RequestFailed when the request failed or one of its items did."""
    with desk.register.transaction() as session:
        request = requests.by_run(session, dag_id, run_id)
        failed = [
            f"{item.asset}: {item.error or 'tidak dilaksanakan'}" for item in request.items if _failed(item.result)
        ]
        if request.violations:
            raise RequestFailed(f"Request {request.number} was refused at the register; see its first task's log.")
        if request.status == Status.FAILED or (request.status == Status.DONE and failed):
            raise RequestFailed(
                f"Request {request.number} ended as {request.status} ({request.result}): {request.close_note} "
                f"{'; '.join(failed)}"
            )


def _failed(result: str | None) -> bool:
    return result != Result.SUCCEEDED


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


def _write_report(desk: Desk, session: Session, request: Request) -> None:
    files.save(desk, session, request, "report", render.report(request, desk.sop, desk.assets))


def _tell_requester(desk: Desk, session: Session, request: Request) -> None:
    kind = "disposition" if request.status in REFUSED else "report"
    attachments = [doc.name for doc in request.documents if doc.kind == kind]
    mail = mails.concluded(request, desk.sop)
    post.enqueue(
        desk,
        session,
        request,
        mail,
        kind="concluded",
        recipients=[request.form.get("requester_email")],
        key=request.status,
        attachments=attachments,
    )
