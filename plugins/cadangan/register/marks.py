"""The marks of steps: set them, see which have come, switch those off that no longer matter."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from cadangan.register.models import StepTime
from cadangan.register.time_tables import Heartbeat, MarkState, StepMark

WATCHER = "watcher"
_AT_ONCE = 1000
_STILL_TO_COME = (MarkState.AHEAD.value, MarkState.OFF.value)


def place(session: Session, step: StepTime, instants: Mapping[int, datetime]) -> None:
    """Set when each share, in percent, of the step's standard is used up; what was noticed stays as it was."""
    session.refresh(step, ["marks"])
    known = {mark.share: mark for mark in step.marks}
    for share, at in instants.items():
        mark = known.get(share)
        if mark is None:
            step.marks.append(StepMark(share=share, at=at, state=MarkState.AHEAD.value))
        elif mark.state in _STILL_TO_COME:
            mark.at, mark.state = at, MarkState.AHEAD.value
    session.flush()


def notice(session: Session, now: datetime) -> int:
    """Record that marks up to `now` have come and return how many: `_AT_ONCE` at most, the oldest first.

    While none has come, that is one query on one index. Those that another transaction holds are left for the next
    time, so that nobody waits for anybody.
    """
    came = select(StepMark.id).where(StepMark.state == MarkState.AHEAD.value, StepMark.at <= now)
    oldest = came.order_by(StepMark.at).limit(_AT_ONCE).with_for_update(skip_locked=True)
    ids = session.scalars(oldest).all()
    if ids:
        seen = update(StepMark).where(StepMark.id.in_(ids))
        session.execute(
            seen.values(state=MarkState.NOTICED.value, noticed_at=now),
            execution_options={"synchronize_session": False},
        )
    return len(ids)


def noticed_steps(session: Session) -> Sequence[StepTime]:
    """Return the steps with marks that were noticed and not yet written to anyone, the oldest first."""
    waiting = select(StepMark.step_id).where(StepMark.state == MarkState.NOTICED.value)
    return session.scalars(select(StepTime).where(StepTime.id.in_(waiting)).order_by(StepTime.id)).all()


def switch_off(session: Session, *steps: StepTime) -> None:
    """Let the marks that have not come yet rest: nobody is to hear of them."""
    _move(session, steps, MarkState.AHEAD, MarkState.OFF)


def switch_on(session: Session, *steps: StepTime) -> None:
    """Let the marks that rested count again."""
    _move(session, steps, MarkState.OFF, MarkState.AHEAD)


def beat(session: Session, name: str, at: datetime) -> None:
    """Record that `name` was alive at `at`."""
    session.merge(Heartbeat(name=name, at=at))


def last_beat(session: Session, name: str) -> datetime | None:
    """Return when `name` was last alive, None when it never was."""
    found = session.get(Heartbeat, name)
    return found.at if found else None


def _move(session: Session, steps: Sequence[StepTime], old: MarkState, new: MarkState) -> None:
    if steps:
        of_steps = StepMark.step_id.in_([step.id for step in steps])
        session.execute(update(StepMark).where(of_steps, StepMark.state == old.value).values(state=new.value))
