"""Step 5: what came of the execution, and its confirmation (Mengkonfirmasi hasil pelaksanaan)."""

import logging

from cadangan.core.states import Paper, Result, Status, Step, overall
from cadangan.register import requests
from cadangan.steps import files, timing
from cadangan.steps.desk import Desk

log = logging.getLogger(__name__)

EXECUTED = (Status.PLANNED, Status.EXECUTING, Status.AWAITING_CONFIRMATION, Status.FAILED)

NOT_FINISHED = "Pelaksanaan tidak sampai selesai; log tugas diperiksa oleh personil data center."


def report(desk: Desk, number: str, round_no: int) -> bool:
    """Sum the execution up and start the confirmation; False when nothing was executed.

    A report on an earlier execution is void, and so are its minutes.
    """
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
        timing.end(desk, session, request, Step.EXECUTE, round_no, at=now)
        for status in (Status.EXECUTING, Status.AWAITING_CONFIRMATION):
            requests.change_status(session, request, status, actor="cadangan", why=result, now=now)
        request.result = result
        timing.begin(desk, session, request, Step.CONFIRM, round_no=round_no, at=now)
        for paper in (Paper.REPORT, Paper.MINUTES):
            files.void(session, request, paper)
    log.info("Request %s: reported %s; waiting for confirmation", number, result)
    return True
