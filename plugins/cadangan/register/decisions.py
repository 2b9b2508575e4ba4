"""Answers at the gates: accepted ones are decisions, all of them kept; refused ones stand in the audit log only."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from cadangan.core.audit import Action, Entry, canonical
from cadangan.core.choices import Choice
from cadangan.core.plan import digest_of
from cadangan.core.states import Step
from cadangan.register import audit
from cadangan.register.models import Decision, Request
from cadangan.register.requests import lock_request, storable


def open_gate(
    session: Session,
    request: Request,
    *,
    step: Step,
    round: int,  # noqa: A002 - the register's word
    at: datetime,
    plan_sha256: str | None = None,
) -> None:
    """Record that a gate asks: from now on an earlier decision at this step no longer covers an act.

    :param plan_sha256: digest of the plan that the gate shows, for the plan gate.
    """
    lock_request(session, request)
    facts = {"step": step.value, "round": round, "plan_sha256": plan_sha256}
    audit.append(session, actor=audit.SYSTEM, action=Action.ASKED, subject=request.number, detail=facts, at=at)


def record_decision(
    session: Session,
    request: Request,
    *,
    step: Step,
    round: int,  # noqa: A002 - the register's word
    choice: Choice,
    note: str,
    form: dict[str, Any],
    by_user: str,
    by_name: str,
    by_nip: str,
    by_role: str,
    at: datetime,
    plan_sha256: str | None = None,
) -> Decision:
    """Record an accepted answer, in the audit log first, and return it; the same answer twice is one decision.

    :param plan_sha256: digest of the plan that was decided on, for the plan gate.
    """
    lock_request(session, request)
    decision = Decision(
        step=step.value,
        round=round,
        choice=choice.value,
        note=storable(note),
        form=form,
        by_user=by_user,
        by_name=by_name,
        by_nip=by_nip,
        by_role=by_role,
        at=at,
    )
    facts = {**facts_of(decision, request.number), "plan_sha256": plan_sha256}
    known = latest(session, request, step, round)
    if known is not None and _audited(session, known) == facts:
        return known
    decision.audit_seq = audit.append(
        session, actor=by_user, action=Action.DECIDED, subject=request.number, detail=facts, at=at
    )
    request.decisions.append(decision)
    session.flush()
    return decision


def latest(session: Session, request: Request, step: Step, round: int) -> Decision | None:  # noqa: A002
    """Return the decision that counts at a gate: the latest one, or None."""
    statement = select(Decision).where(
        Decision.request_id == request.id, Decision.step == step.value, Decision.round == round
    )
    return session.scalars(statement.order_by(Decision.audit_seq.desc()).limit(1)).one_or_none()


def standing(session: Session, request: Request, step: Step, round: int) -> Decision | None:  # noqa: A002
    """Return the decision that was made since the gate last asked, None while it waits for one."""
    decision = latest(session, request, step, round)
    asked = latest_entry(session, request.number, step, Action.ASKED, round)
    return None if decision is None or (asked and asked.seq > decision.audit_seq) else decision


def latest_entry(
    session: Session,
    number: str,
    step: Step,
    action: Action = Action.DECIDED,
    round: int | None = None,  # noqa: A002 - the register's word
) -> Entry | None:
    """Return the audit row of the latest decision (or opening of the gate) at `step`, in `round` or in any."""
    for entry in audit.about(session, number, action):
        facts = entry.facts()
        if facts.get("step") == step.value and round in {None, facts.get("round")}:
            return entry
    return None


def is_audited(session: Session, request: Request, decision: Decision) -> bool:
    """Tell whether the audit row of `decision` stands and says the same."""
    entry = audit.holds(session, decision.audit_seq)
    if entry is None or (entry.action, entry.actor) != (Action.DECIDED, decision.by_user):
        return False
    said = {key: value for key, value in entry.facts().items() if key != "plan_sha256"}
    return decision.request_id == request.id and facts_of(decision, request.number) == said


def facts_of(decision: Decision, number: str) -> dict[str, Any]:
    """Return what the audit row of `decision` must say when the decision belongs to request `number`."""
    return {
        "request": number,
        "step": decision.step,
        "round": decision.round,
        "choice": decision.choice,
        "note": decision.note,
        "form_sha256": digest_of(canonical(decision.form)),
        "by_user": decision.by_user,
        "by_name": decision.by_name,
        "by_nip": decision.by_nip,
        "by_role": decision.by_role,
        "at": decision.at.timestamp(),
    }


def refuse_answer(session: Session, request: Request, *, step: Step, by_user: str, why: str, at: datetime) -> None:
    """Record in the audit log that an answer did not count, and why."""
    lock_request(session, request)
    facts = {"step": step.value, "why": why}
    audit.append(session, actor=by_user, action=Action.ANSWER_REFUSED, subject=request.number, detail=facts, at=at)


def _audited(session: Session, decision: Decision) -> dict[str, Any] | None:
    entry = audit.holds(session, decision.audit_seq)
    return entry.facts() if entry else None
