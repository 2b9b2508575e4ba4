"""The dead man's switch of the time standards: somebody else than the watcher says that the watcher is silent."""

import logging
from datetime import timedelta

from cadangan.documents import late_mails
from cadangan.register import marks
from cadangan.steps import entitlement, post
from cadangan.steps.desk import Desk

KIND = "watcher_silent"
SILENT_AFTER = timedelta(minutes=5)
log = logging.getLogger(__name__)


def check(desk: Desk) -> bool:
    """Return whether the watcher runs; put a mail into the outbox when it does not, one each silence and person."""
    now = desk.now()
    with desk.register.transaction() as session:
        last = marks.last_beat(session, marks.WATCHER)
        if last is None:
            # A register that was just made: the silence is counted from here.
            marks.beat(session, marks.WATCHER, now)
            return True
        if now - last <= SILENT_AFTER:
            return True
        roles = desk.sop.late.watcher_silent
        people = [person for role in roles for person in desk.sop.in_role(role, "", entitlement.today(desk))]
        for person in dict.fromkeys(people):
            mail = late_mails.watcher_silent(person, last, desk.sop)
            post.enqueue_of_office(
                desk,
                session,
                mail,
                kind=KIND,
                key=f"{last.isoformat()}/{person.user}",
                recipients=[person.email],
            )
    log.error("The watcher of the time standards is silent since %s; look at the triggerer", last.isoformat())
    return False
