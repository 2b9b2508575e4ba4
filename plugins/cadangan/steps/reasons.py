"""Why a step was late, by someone in charge of it."""

from dataclasses import dataclass

from cadangan.core.audit import Action
from cadangan.core.states import Step
from cadangan.errors import AnswerRefused
from cadangan.register import audit, requests
from cadangan.register.models import StepTime
from cadangan.steps import entitlement
from cadangan.steps.desk import Desk


@dataclass(frozen=True)
class Which:
    """Which step: of which request, in which round."""

    number: str
    step: Step
    round_no: int


def record(desk: Desk, which: Which, *, user: str, reason: str) -> None:
    """Keep `reason` with the step, in place of an earlier one, which stays on the audit log.

    :raises AnswerRefused: the step is not late, `user` is not in charge of it, or no reason is given.
    """
    now, text = desk.now(), reason.strip()
    if not text:
        raise AnswerRefused("Alasan keterlambatan wajib diisi.")
    with desk.register.transaction() as session:
        request = requests.by_number(session, which.number)
        requests.lock_request(session, request)
        person = entitlement.entitled(desk, request, which.step, user, now)
        row = requests.step_of(session, request, which.step, which.round_no)
        if not _is_late(row, desk):
            raise AnswerRefused(f"Tahap {which.step} pada permohonan {which.number} tidak terlambat.")
        row.late_reason = requests.storable(text)
        facts = {"step": which.step.value, "round": which.round_no, "reason": row.late_reason, "name": person.name}
        audit.append(session, actor=user, action=Action.LATE_REASON, subject=request.number, detail=facts, at=now)


def _is_late(row: StepTime, desk: Desk) -> bool:
    return row.due_at is not None and (row.ended_at or desk.now()) > row.due_at
