"""Step 5: the report and its confirmation (Mengkonfirmasi hasil pelaksanaan)."""

import logging

from cadangan.core.states import Result, Status, Step, overall
from cadangan.documents import render
from cadangan.documents.audience import Audience
from cadangan.documents.views.backup_minutes import backup_minutes
from cadangan.register import requests
from cadangan.steps import files, timing
from cadangan.steps.desk import Desk

log = logging.getLogger(__name__)

EXECUTED = (Status.PLANNED, Status.EXECUTING, Status.AWAITING_CONFIRMATION, Status.FAILED)

NOT_FINISHED = "Pelaksanaan tidak sampai selesai; log tugas diperiksa oleh personil data center."


def report(desk: Desk, number: str, round_no: int) -> bool:
    """Write the report of the execution and start the confirmation; False when nothing was executed."""
    with desk.register.transaction() as session:
        request = requests.by_number(session, number)
        began = any(row.step == Step.EXECUTE and row.round == round_no for row in request.steps)
        if request.status not in EXECUTED or not began:
            return False
        now = desk.now()
        for item in request.items:
            if item.result is None:
                requests.set_item_result(session, item.id, Result.FAILED, error=NOT_FINISHED, at=now)
        result = overall([Result(item.result or Result.FAILED) for item in request.items])
        requests.end_step(session, request, Step.EXECUTE, round_no, at=now)
        for status in (Status.EXECUTING, Status.AWAITING_CONFIRMATION):
            requests.change_status(session, request, status, actor="cadangan", why=result, now=now)
        request.result = result
        timing.begin(desk, session, request, Step.CONFIRM, round_no=round_no, at=now)
    write_report(desk, number)
    log.info("Request %s: reported %s; waiting for confirmation", number, result)
    return True


def write_report(desk: Desk, number: str) -> None:
    """Render the report as things stand, whole and masked, and keep it in place of an earlier edition."""
    with desk.register.transaction() as session:
        request = requests.by_number(session, number)
        for audience in Audience:
            editions = render.report(request, desk.sop, desk.assets, audience)
            files.save(desk, session, request, files.kind("report", audience), editions)


def write_minutes(desk: Desk, number: str) -> None:
    """Render the minutes of a back-up whose result conforms, whole and masked, and keep them."""
    with desk.register.transaction() as session:
        request = requests.by_number(session, number)
        view = backup_minutes(request, desk.sop, desk.assets)
        for audience in Audience:
            files.save(desk, session, request, files.kind("minutes", audience), render.minutes(view, audience))
