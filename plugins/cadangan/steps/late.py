"""Steps that use their time standards up: who hears, and the mails to them.

The marks are placed when a step starts (timing.begin) and noticed by the watcher (register.marks.notice). A share that
a later one overtook before anyone was told of it is not told: three mails at once say no more than the last.
"""

import logging
from collections.abc import Callable
from datetime import timedelta

from sqlalchemy.orm import Session

from cadangan.config.late import BREACH, IN_CHARGE
from cadangan.config.sop import Person
from cadangan.core import clock
from cadangan.core.states import ENDED, Step
from cadangan.documents import late_mails
from cadangan.register import marks
from cadangan.register.models import StepTime
from cadangan.register.time_tables import MarkState, StepMark
from cadangan.steps import entitlement, post
from cadangan.steps.desk import Desk

LATE, NEARING = "late", "nearing"
_ZERO = timedelta(0)
log = logging.getLogger(__name__)

# Gives the address of the page on which a step can be acted on.
Link = Callable[[StepTime], str]


def notice(desk: Desk) -> None:
    """Notice what the watcher has not noticed, should it not run."""
    with desk.register.transaction() as session:
        count = marks.notice(session, desk.now())
    if count:
        log.warning("%d marks were noticed by this task, not by the watcher in the triggerer", count)


def write(desk: Desk, link: Link) -> int:
    """Put the mails about every step that was noticed into the outbox and return how many steps there were."""
    with desk.register.transaction() as session:
        noticed = [step.id for step in marks.noticed_steps(session)]
    for step_id in noticed:
        # One transaction a step: one that fails does not hold back the others' mails for ever.
        with desk.register.transaction() as session:
            _write(desk, session, session.get_one(StepTime, step_id, with_for_update=True), link)
    return len(noticed)


def in_charge(desk: Desk, step: StepTime) -> tuple[Person, ...]:
    """Return who may answer the gate of `step`, or carries it out."""
    return entitlement.deciders(desk, step.request, Step(step.step))


def _write(desk: Desk, session: Session, step: StepTime, link: Link) -> None:
    noticed = [mark for mark in step.marks if mark.state == MarkState.NOTICED.value]
    for mark in noticed:
        mark.state = MarkState.WRITTEN.value
    if noticed and _matters(step, noticed[-1]):
        _enqueue(desk, session, step, noticed[-1], link)


def _matters(step: StepTime, mark: StepMark) -> bool:
    """Tell whether anyone has to hear of `mark`: of a breach always, of a nearing one while there is time to act."""
    is_open = step.ended_at is None and step.request.status not in ENDED
    return mark.share >= BREACH or is_open


def _enqueue(desk: Desk, session: Session, step: StepTime, mark: StepMark, link: Link) -> None:
    people = _recipients(desk, step, mark.share)
    named = tuple(dict.fromkeys(person.position for person in people))
    facts = late_mails.Facts(
        share=mark.share,
        overrun=_overrun(desk, step),
        link=link(step),
        named=named,
    )
    for person in people:
        post.enqueue(
            desk,
            session,
            step.request,
            late_mails.step_late(step, person, facts, desk.sop),
            kind=LATE if mark.share >= BREACH else NEARING,
            recipients=[person.email],
            key=f"{step.step}/{step.round}/{mark.share}/{person.user}",
        )
    log.info("Request %s: step %s, %d %%: %d people to tell", step.request.number, step.step, mark.share, len(people))


def _recipients(desk: Desk, step: StepTime, share: int) -> tuple[Person, ...]:
    """Return who hears at `share`; where a step has nobody in charge, the managers hear in their place."""
    today, skpd = entitlement.today(desk), str(step.request.form.get("skpd"))
    managers = desk.sop.in_role("manager", skpd, today)
    people: list[Person] = []
    for name in desk.sop.late.told_at(share):
        people += in_charge(desk, step) or managers if name == IN_CHARGE else desk.sop.in_role(name, skpd, today)
    return tuple(dict.fromkeys(people))


def _overrun(desk: Desk, step: StepTime) -> timedelta:
    if step.due_at is None:
        return _ZERO
    return clock.elapsed(desk.calendar_of(step.request), step.due_at, step.ended_at or desk.now())
