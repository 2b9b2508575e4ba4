"""Requests: register a letter, find it again, record where it stands and how its items come out."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from cadangan.core.audit import Action
from cadangan.core.states import ENDED, REFUSED, Result, Status, Step, check_change
from cadangan.errors import RecordMissing
from cadangan.register import audit, marks
from cadangan.register.models import Item, Request, StepTime
from cadangan.register.numbers import OFFICE_ZONE, next_number


def register_request(
    session: Session,
    *,
    dag_id: str,
    run_id: str,
    form: dict[str, Any],
    letter_key: str,
    items: Sequence[str],
    recorded_by: str,
    violations: Sequence[str],
    prefix: str,
    now: datetime,
    service: str = "backup",
    numbered: Callable[[Session, str, int], str] = next_number,
) -> Request:
    """Record a letter under the next number and return its request; a second call for the same run finds the first.

    A letter that breaks rules, or was registered before and does not say that it is a repeat, is recorded as
    rejected, with its reasons and without items.

    :param numbered: gives out the next number of a prefix and a year.
    """
    audit.lock(session)  # Registrations queue here, so that none misses another one of the same run or letter.
    if known := _of_run(session, dag_id, run_id):
        return known
    key = storable(letter_key)
    reasons = [*violations, *_already_registered(session, key, form)]
    request = Request(
        number=numbered(session, prefix, now.astimezone(OFFICE_ZONE).year),
        dag_id=dag_id,
        run_id=run_id,
        service=service,
        status=(Status.REJECTED if reasons else Status.SUBMITTED).value,
        letter_key=key,
        form=form,
        violations=reasons,
        recorded_by=recorded_by,
        created_at=now,
        closed_at=now if reasons else None,
        items=[] if reasons else [Item(position=n, asset=name, inspection={}) for n, name in enumerate(items, start=1)],
    )
    session.add(request)
    session.flush()
    action = Action.REFUSED if reasons else Action.REGISTERED
    facts = {"dag_id": dag_id, "run_id": run_id, "form": form, "items": list(items), "violations": reasons}
    audit.append(session, actor=recorded_by, action=action, subject=request.number, detail=facts, at=now)
    return request


def by_number(session: Session, number: str) -> Request:
    """Return the request of that number; raise RecordMissing when there is none."""
    request = session.scalars(select(Request).where(Request.number == number)).one_or_none()
    if request is None:
        raise RecordMissing(f"Request {number} is not in the register; check the number.")
    return request


def by_run(session: Session, dag_id: str, run_id: str) -> Request:
    """Return the request of a DAG run; raise RecordMissing when there is none."""
    request = _of_run(session, dag_id, run_id)
    if request is None:
        raise RecordMissing(f"Run {run_id} of {dag_id} has no request in the register; clear its first task.")
    return request


def lock_request(session: Session, request: Request) -> Request:
    """Return `request` as it stands now, locked until the transaction ends."""
    session.flush()
    session.refresh(request, with_for_update=True)
    return request


def change_status(
    session: Session,
    request: Request,
    new: Status,
    *,
    actor: str,
    why: str,
    now: datetime,
    result: Result | None = None,
) -> None:
    """Move `request` to `new` and audit it; nothing happens when it is there already.

    An ended request gets its closing time, its note and `result`; one that lives on loses them.
    Raise StateConflict when the change is not allowed.
    """
    lock_request(session, request)
    old = Status(request.status)
    check_change(old, new, request.number, request.service)
    if new is old:
        return
    ended = new in ENDED
    request.status = new.value
    request.closed_at = now if ended else None
    request.close_note = storable(why) if ended else ""
    request.result = result.value if ended and result else None
    turn = marks.switch_off if ended else marks.switch_on
    turn(session, *(step for step in request.steps if step.ended_at is None and not _paused(step)))
    facts = {"from": old.value, "to": new.value, "why": why, "result": request.result}
    audit.append(session, actor=actor, action=Action.STATUS_CHANGED, subject=request.number, detail=facts, at=now)


def start_step(
    session: Session,
    request: Request,
    step: Step,
    round: int,  # noqa: A002 - the register's word
    *,
    started_at: datetime,
    due_at: datetime | None,
    calendar_version: str,
    instants: Mapping[int, datetime] = MappingProxyType({}),
) -> StepTime:
    """Record that a step began and when it is due, and return it; a second call changes nothing.

    :param instants: when which share of the standard, in percent, is used up.
    """
    lock_request(session, request)
    known = _step(session, request, step, round)
    if known is not None:
        return known
    row = StepTime(
        step=step.value,
        round=round,
        started_at=started_at,
        due_at=due_at,
        calendar_version=calendar_version,
    )
    request.steps.append(row)
    session.flush()
    marks.place(session, row, instants)
    return row


def end_step(session: Session, request: Request, step: Step, round: int, *, at: datetime) -> StepTime:  # noqa: A002
    """Record when a step ended and return it; the first end counts. Raise RecordMissing when it never began."""
    row = step_of(session, request, step, round)
    if row.ended_at is None:
        row.ended_at = at
        session.flush()
        marks.switch_off(session, row)
    return row


def step_of(session: Session, request: Request, step: Step, round: int) -> StepTime:  # noqa: A002
    """Return a step of `request`; raise RecordMissing when it never began."""
    row = _step(session, request, step, round)
    if row is None:
        raise RecordMissing(
            f"Step {step} of {request.number}, round {round}, has no start; clear the task that starts it."
        )
    return row


def item_by_id(session: Session, item_id: int) -> Item:
    """Return the item; raise RecordMissing when there is none."""
    item = session.get(Item, item_id)
    if item is None:
        raise RecordMissing(f"Item {item_id} is not in the register; clear the task that registers the request.")
    return item


def set_item_result(
    session: Session,
    item_id: int,
    result: Result,
    *,
    error: str = "",
    detail: str = "",
    at: datetime,
    actor: str = audit.SYSTEM,
) -> None:
    """Record what came of an item and, for a failure, what is told of it; audited.

    :param error: the Indonesian sentence.
    :param detail: the technical message, for the staff.
    """
    item = item_by_id(session, item_id)
    found = (result.value, storable(error), storable(detail))
    if (item.result, item.error, item.error_detail) == found:
        return
    item.result, item.error, item.error_detail = found
    session.flush()
    facts = {"item": item_id, "asset": item.asset, "result": result.value, "error": error, "detail": detail}
    number = item.request.number
    audit.append(session, actor=actor, action=Action.ITEM_RESULT, subject=number, detail=facts, at=at)


def clear_item_result(session: Session, item_id: int) -> None:
    """Forget what came of an item and how far it was, because it is done anew."""
    item = item_by_id(session, item_id)
    item.result, item.error, item.error_detail = None, "", ""
    item.progress_bytes, item.progress_at = 0, None


def note_progress(session: Session, item_id: int, bytes_done: int, at: datetime) -> None:
    """Record how many bytes of an item's dump have been read."""
    session.execute(update(Item).where(Item.id == item_id).values(progress_bytes=bytes_done, progress_at=at))


def storable(text: str) -> str:
    """Return `text` without what PostgreSQL cannot hold: NUL characters and halves of surrogate pairs."""
    return text.replace("\x00", "").encode(errors="replace").decode()


def _of_run(session: Session, dag_id: str, run_id: str) -> Request | None:
    return session.scalars(select(Request).where(Request.dag_id == dag_id, Request.run_id == run_id)).one_or_none()


def _already_registered(session: Session, key: str, form: Mapping[str, Any]) -> list[str]:
    if form.get("repeat") is True:
        return []
    refused = [status.value for status in REFUSED]
    statement = select(Request.number).where(Request.letter_key == key, Request.status.not_in(refused))
    number = session.scalars(statement.order_by(Request.id).limit(1)).one_or_none()
    if number is None:
        return []
    return [
        f"Surat ini sudah didaftarkan dengan nomor {number}; nyatakan sebagai permohonan ulang bila memang diulang."
    ]


def _step(session: Session, request: Request, step: Step, round: int) -> StepTime | None:  # noqa: A002
    statement = select(StepTime).where(
        StepTime.request_id == request.id, StepTime.step == step.value, StepTime.round == round
    )
    return session.scalars(statement).one_or_none()


def _paused(step: StepTime) -> bool:
    return any(pause.ended_at is None for pause in step.pauses)
