"""The end of a request, whatever its way."""

import logging
from collections.abc import Mapping

from sqlalchemy.orm import Session

from cadangan.core.choices import ConfirmChoice
from cadangan.core.states import ENDED, Paper, Result, Status, Step, overall
from cadangan.documents import mails
from cadangan.documents.audience import Audience
from cadangan.errors import RequestFailed
from cadangan.register import decisions, requests
from cadangan.register.models import Decision, Request
from cadangan.register.notices import NoticeState
from cadangan.steps import files, post, restore_settle, tidy
from cadangan.steps.desk import Desk

log = logging.getLogger(__name__)

CONCLUDED = "concluded"
# What is written at the end; the report alone where nothing else is said.
FINAL: Mapping[Status, tuple[Paper, ...]] = {
    Status.RETURNED: (Paper.DISPOSITION, Paper.REPLY),
    Status.REJECTED: (Paper.DISPOSITION, Paper.REPLY),
    Status.CANCELLED: (Paper.DISPOSITION,),
    Status.DONE: (Paper.REPORT, Paper.MINUTES),
}
# What leaves the office: letters to the SKPD, which name no server, and masked editions.
MAILED: Mapping[Status, tuple[str, ...]] = {
    Status.RETURNED: (Paper.REPLY,),
    Status.REJECTED: (Paper.REPLY,),
    Status.DONE: (files.kind(Paper.REPORT, Audience.PUBLIC), files.kind(Paper.MINUTES, Audience.PUBLIC)),
    Status.FAILED: (files.kind(Paper.REPORT, Audience.PUBLIC),),
}
_STOPPED = "Proses berhenti sebelum selesai; penyebabnya ditelusuri oleh personil data center."


def conclude(desk: Desk, number: str) -> None:
    """Bring the request to its closing status, write the final documents and the mail to the requester.

    At the end what unfinished tries left at the destinations is removed.
    """
    with desk.register.transaction() as session:
        request = requests.by_number(session, number)
        if request.violations:
            return
        _end(desk, session, request)
        status = Status(request.status)
    for paper in FINAL.get(status, (Paper.REPORT,)):
        files.write(desk, number, paper)
    with desk.register.transaction() as session:
        _tell_requester(desk, session, requests.by_number(session, number))
    tidy.sweep_leftovers(desk, number)
    log.info("Request %s: ended as %s", number, status)


def check(desk: Desk, number: str) -> None:
    """Raise RequestFailed unless the request came to a good end, was told so, and has its items and documents.

    A request that was returned or rejected at a gate came to a good end, too.
    """
    with desk.register.reading() as session:
        request = requests.by_number(session, number)
        if request.violations:
            raise RequestFailed(f"Request {number} was refused at the register; see the log of its first task.")
        told = [notice for notice in request.notices if notice.kind == CONCLUDED]
        if not told or request.status not in ENDED:
            raise RequestFailed(f"Request {number} was not concluded; clear the task that concludes it.")
        failed = [f"{i.asset}: {i.error_detail or i.error}" for i in request.items if i.result != Result.SUCCEEDED]
        if request.status == Status.FAILED or (request.status == Status.DONE and failed):
            raise RequestFailed(
                f"Request {number} ended as {request.status} ({request.result}). {request.close_note} "
                f"{'; '.join(failed)}"
            )
        if unsent := [notice.error or "not tried" for notice in told if notice.state != NoticeState.SENT]:
            raise RequestFailed(
                f"Request {number} ended as {request.status}, but the requester could not be told: "
                f"{'; '.join(unsent)}. Once the mail server takes mails again, clear the task that delivers them."
            )
        if restore_settle.unsettled(session, request):
            raise RequestFailed(
                f"Request {number} ended as {request.status}, but what was decided on its restore was not carried out. "
                "Look at the task that settles the result, then clear it."
            )
        if absent := files.missing(request):
            raise RequestFailed(
                f"Request {number} ended as {request.status}, but these documents are missing: {', '.join(absent)}. "
                "Look at the tasks that write them, then clear them."
            )


def _end(desk: Desk, session: Session, request: Request) -> None:
    """Set the closing status by what the last gate said; a run that stopped before it has failed."""
    if request.status in ENDED:
        return
    result = overall([Result(item.result or Result.FAILED) for item in request.items])
    new, actor, why = Status.FAILED, "cadangan", _STOPPED
    last = _confirmation(session, request)
    if last and request.status == Status.AWAITING_CONFIRMATION:
        conforms = last.choice == ConfirmChoice.CONFORMS and result is not Result.FAILED
        new, actor, why = Status.DONE if conforms else Status.FAILED, last.by_user, last.note or last.choice
    requests.change_status(session, request, new, actor=actor, why=why, now=desk.now(), result=result)


def _confirmation(session: Session, request: Request) -> Decision | None:
    """Return the answer that stands in the newest round of the confirmation; a row that no audit row backs is none."""
    rounds = [row.round for row in request.steps if row.step == Step.CONFIRM]
    decision = decisions.standing(session, request, Step.CONFIRM, max(rounds)) if rounds else None
    return decision if decision and decisions.is_audited(session, request, decision) else None


def _tell_requester(desk: Desk, session: Session, request: Request) -> None:
    office = next((office for office in desk.sop.skpd if office.code == request.form.get("skpd")), None)
    post.enqueue(
        desk,
        session,
        request,
        mails.concluded(request, desk.sop),
        kind=CONCLUDED,
        recipients=[request.form.get("requester_email"), office.email if office else None],
        key=request.status,
        attachments=files.names(request, *MAILED.get(Status(request.status), ())),
    )
