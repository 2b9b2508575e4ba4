"""Step 4 of a restore: save what would be replaced, restore beside it, compare, and only then let the result serve.

Each act is allowed by the approval of the plan that says it, and looks first at how far a killed one came.
"""

import logging

from cadangan.core.restoring import Mode
from cadangan.core.states import Result, Verdict
from cadangan.errors import RestoreRefused
from cadangan.register import requests, restores
from cadangan.restore.switching import switch_over
from cadangan.steps import execute, restore_site
from cadangan.steps.desk import Desk
from cadangan.steps.restore_order import approved, names_of, ordered, restore_of, saved_under
from cadangan.steps.restore_work import Work

log = logging.getLogger(__name__)


def save(desk: Desk, number: str, item_id: int, round_no: int) -> bool:
    """Back up what is to be replaced, and check its copies; return False where nothing is replaced.

    One that this round made already is checked again and not made again.

    :raises ApprovalMissing: no valid approval covers it; nothing was done.
    """
    with execute.failure_recorded(desk, item_id), desk.register.transaction() as session:
        plan, planned = approved(desk, session, number, item_id, round_no)
        saved = saved_under(session, plan, item_id, round_no)
    if restore_of(planned).mode is not Mode.IN_PLACE:
        return False
    if saved is None:
        execute.dump(desk, number, item_id, round_no)
    execute.check(desk, number, item_id, round_no)
    log.info("Request %s: what runs as %s is saved", number, planned.asset)
    return True


def restore(desk: Desk, number: str, item_id: int, round_no: int) -> None:
    """Restore one item into a place of its own and compare that with the manifest.

    :raises ApprovalMissing: no valid approval covers it, or the back-up is not the approved one; nothing was done.
    :raises RestoreDiffers: what came is not what the manifest says; it was removed.
    """
    with execute.failure_recorded(desk, item_id):
        with desk.register.transaction() as session:
            order = ordered(desk, session, number, item_id, round_no)
            requests.clear_item_result(session, item_id)
        with restore_site.within_reach(desk, order.planned.asset, order.restore.server) as site:
            Work(desk, order, site).run()


def let_serve(desk: Desk, number: str, item_id: int, round_no: int) -> None:
    """Give what was restored its name, in the place of what is there now where that is planned; the item succeeded.

    :raises RestoreRefused: it was not restored and found equal, or someone else changed what is there.
    """
    with execute.failure_recorded(desk, item_id):
        with desk.register.transaction() as session:
            order = ordered(desk, session, number, item_id, round_no)
            if order.row.verdict != Verdict.PASSED:
                raise RestoreRefused(
                    f"{order.planned.asset} was not restored and found equal to its manifest; clear the task that "
                    "restores it."
                )
        names = names_of(order.row)
        if names.serving != names.side:
            with restore_site.within_reach(desk, order.planned.asset, order.restore.server) as site:
                job = restore_site.job(desk, order.manifest, order.row.destination, site)
                switch_over(job.engine, site.target, names, desk.policies.restore.sessions)
        with desk.register.transaction() as session:
            restores.record_switch(session, restores.by_id(session, order.row.id), desk.now())
            requests.set_item_result(session, item_id, Result.SUCCEEDED, at=desk.now())
    log.info("Request %s: %s was restored as %s on %s", number, order.planned.asset, names.serving, order.row.server)
