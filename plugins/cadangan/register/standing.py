"""Plans under a standing approval: bound to it and frozen in one act, believed as the audit log tells them."""

from datetime import datetime

from sqlalchemy.orm import Session

from cadangan.core.audit import Action, Entry
from cadangan.core.plan import Plan
from cadangan.core.standing import Standing
from cadangan.errors import ApprovalMissing
from cadangan.register import audit, plans
from cadangan.register.models import PlanRow, Request
from cadangan.register.numbers import OFFICE_ZONE


def freeze(
    session: Session, request: Request, plan: Plan, standing: Standing, *, at: datetime, actor: str = audit.SYSTEM
) -> PlanRow:
    """Bind `plan` to `standing`, freeze it and return its row; audited.

    Raise ApprovalMissing when the approval has ended.
    """
    check_valid(request, standing, at)
    row = plans.save_draft(session, request, plan, at=at, actor=actor)
    facts = {**standing.facts(), "plan_sha256": row.sha256}
    seq = audit.append(session, actor=actor, action=Action.STANDING, subject=request.number, detail=facts, at=at)
    row.frozen_at = at
    row.audit_seq = audit.append(
        session, actor=actor, action=Action.PLAN_FROZEN, subject=request.number, detail=_bound(row, seq), at=at
    )
    session.flush()
    return row


def plan_under(session: Session, request: Request, standing: Standing | None, now: datetime) -> tuple[Plan, Entry]:
    """Return the frozen plan of a scheduled run, and the audit row by which it was bound to the standing approval.

    :param standing: the approval that the run's policy has now, None when it has none any more.
    :raises ApprovalMissing: it has ended or is another one now, or the plan is not the one that was bound to it.
    """
    bound = next(audit.about(session, request.number, Action.STANDING), None)
    if bound is None or audit.holds(session, bound.seq) is None:
        raise _denied(request, "no standing approval was bound to its plan", "start a new run")
    facts = bound.facts()
    if standing is None or {**standing.facts(), "plan_sha256": facts["plan_sha256"]} != facts:
        raise _denied(request, "the standing approval of its policy is another one now", "start a new run")
    check_valid(request, standing, now)
    row = plans.current(session, request)
    frozen = plans.audited_save(session, request, row)
    if row.frozen_at is None or row.sha256 != facts["plan_sha256"] or frozen.facts() != _bound(row, bound.seq):
        raise _denied(request, "its plan is not the one that was bound to the standing approval", "start a new run")
    return Plan.model_validate_json(row.body), bound


def check_valid(request: Request, standing: Standing, now: datetime) -> None:
    """Raise ApprovalMissing when the office's day of `now` is past the approval's last."""
    if now.astimezone(OFFICE_ZONE).date() > standing.valid_until:
        raise _denied(
            request,
            f"the standing approval {standing.number} of policy {standing.policy} ended on {standing.valid_until}",
            "have a new one signed and enter it in policies.yaml",
        )


def _bound(row: PlanRow, seq: int) -> dict[str, object]:
    return {"version": row.version, "sha256": row.sha256, "decision_seq": seq}


def _denied(request: Request, why: str, advice: str) -> ApprovalMissing:
    return ApprovalMissing(f"No approval covers this act on {request.number}: {why}; {advice}.")
