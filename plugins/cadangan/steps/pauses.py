"""Stop the clock of a step while the requester is waited for, and let it run again; each with a reason, audited."""

from cadangan.core.audit import Action
from cadangan.core.states import ENDED
from cadangan.errors import AnswerRefused
from cadangan.register import audit, marks, requests
from cadangan.register.time_tables import StepPause
from cadangan.steps import entitlement, timing
from cadangan.steps.desk import Desk
from cadangan.steps.reasons import Which


def pause(desk: Desk, which: Which, *, user: str, reason: str) -> None:
    """Stop the clock of a running step from now on; nobody hears of it until it runs again.

    :raises AnswerRefused: the step does not run or is late already, `user` is not in charge of it, or no reason is
        given.
    """
    now, text = desk.now(), reason.strip()
    if not text:
        raise AnswerRefused("Alasan penghentian jam layanan wajib diisi.")
    with desk.register.transaction() as session:
        request = requests.by_number(session, which.number)
        requests.lock_request(session, request)
        entitlement.entitled(desk, request, which.step, user, now)
        row = requests.step_of(session, request, which.step, which.round_no)
        if row.ended_at or request.status in ENDED or row.due_at is None:
            raise AnswerRefused(f"Tahap {which.step} pada permohonan {which.number} tidak sedang berjalan.")
        if now > row.due_at:
            raise AnswerRefused("Tahap sudah melampaui batas waktu; cantumkan alasan keterlambatan.")
        if any(known.ended_at is None for known in row.pauses):
            raise AnswerRefused("Jam layanan tahap ini sudah dihentikan.")
        row.pauses.append(StepPause(started_at=now, reason=requests.storable(text), by_user=user))
        marks.switch_off(session, row)
        facts = {"step": which.step.value, "round": which.round_no, "reason": requests.storable(text)}
        audit.append(session, actor=user, action=Action.CLOCK_PAUSED, subject=request.number, detail=facts, at=now)


def resume(desk: Desk, which: Which, *, user: str) -> None:
    """Let the clock run again; the step is due later by the working time that it stood still.

    :raises AnswerRefused: it does not stand still, or `user` is not in charge of the step.
    """
    now = desk.now()
    with desk.register.transaction() as session:
        request = requests.by_number(session, which.number)
        requests.lock_request(session, request)
        entitlement.entitled(desk, request, which.step, user, now)
        row = requests.step_of(session, request, which.step, which.round_no)
        before = row.due_at
        if not timing.resume(desk, session, row, at=now):
            raise AnswerRefused("Jam layanan tahap ini tidak sedang dihentikan.")
        facts = {
            "step": which.step.value,
            "round": which.round_no,
            "due_before": before.isoformat() if before else None,
            "due_after": row.due_at.isoformat() if row.due_at else None,
        }
        audit.append(session, actor=user, action=Action.CLOCK_RESUMED, subject=request.number, detail=facts, at=now)
