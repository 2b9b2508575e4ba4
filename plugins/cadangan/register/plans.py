"""Plans: drafted, saved again as often as needed, frozen once approved. Every save and freezing is audited."""

from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from cadangan.core.audit import Action, Entry
from cadangan.core.choices import PlanChoice
from cadangan.core.plan import Plan, digest_of
from cadangan.core.states import Step
from cadangan.errors import ApprovalMissing, RecordMissing
from cadangan.register import audit, decisions
from cadangan.register.models import PlanRow, Request
from cadangan.register.requests import lock_request


def save_draft(
    session: Session, request: Request, plan: Plan, *, at: datetime | None = None, actor: str = audit.SYSTEM
) -> PlanRow:
    """Save `plan` as the request's current one and return its row, whose digest is what a decision binds.

    A draft is replaced in place; a frozen plan stays, and `plan` becomes the next version, which needs an approval
    of its own. The version in the body is set to the row's. Saving what is there already changes nothing.
    """
    lock_request(session, request)
    row = _newest(session, request)
    if row is not None and row.sha256 == plan.model_copy(update={"version": row.version}).sha256():
        return row
    replaces = row is not None and row.frozen_at is None
    version = row.version + (0 if replaces else 1) if row else 1
    plan = plan.model_copy(update={"version": version})
    seq = audit.append(
        session,
        actor=actor,
        action=Action.PLAN_DRAFTED,
        subject=request.number,
        detail={"version": version, "sha256": plan.sha256()},
        at=at or datetime.now(UTC),
    )
    if row is None or not replaces:
        row = PlanRow(version=version)
        request.plans.append(row)
    row.body, row.sha256, row.audit_seq = plan.canonical(), plan.sha256(), seq
    session.flush()
    return row


def current(session: Session, request: Request) -> PlanRow:
    """Return the newest version of the request's plan.

    Raise RecordMissing when there is none, ApprovalMissing when the row is not what was last saved or frozen.
    """
    row = _newest(session, request)
    if row is None:
        raise RecordMissing(f"Request {request.number} has no plan; clear the task that drafts it.")
    audited_save(session, request, row)
    return row


def freeze(session: Session, request: Request, plan: Plan, *, actor: str, at: datetime) -> PlanRow:
    """Freeze the current plan, which must be `plan` and what the latest decision at the plan gate approved.

    Freezing what is frozen on the same decision changes nothing. Raise ApprovalMissing when `plan` is not the
    approved one.
    """
    lock_request(session, request)
    row = current(session, request)
    decision = decisions.latest_entry(session, request.number, Step.PLAN)
    facts = decision.facts() if decision else {}
    if decision is None or facts["choice"] != PlanChoice.APPROVE or not audit.holds(session, decision.seq):
        raise ApprovalMissing(f"Request {request.number} has no approved plan to freeze; answer the plan gate first.")
    if not row.sha256 == plan.sha256() == facts["plan_sha256"]:
        raise ApprovalMissing(
            f"The plan of {request.number} is not the one that was approved; clear the task that drafts the plan "
            "and answer the plan gate again."
        )
    detail = {"version": row.version, "sha256": row.sha256, "decision_seq": decision.seq}
    if row.frozen_at is not None and audited_save(session, request, row).facts() == detail:
        return row
    row.frozen_at = at
    row.audit_seq = audit.append(
        session, actor=actor, action=Action.PLAN_FROZEN, subject=request.number, detail=detail, at=at
    )
    session.flush()
    return row


def audited_save(session: Session, request: Request, row: PlanRow) -> Entry:
    """Return the audit row of the latest save or freezing; raise ApprovalMissing unless it tells of `row` as it is."""
    entry = _latest_save(session, request.number)
    action = Action.PLAN_DRAFTED if row.frozen_at is None else Action.PLAN_FROZEN
    digest = digest_of(row.body)
    if (
        entry is None
        or (entry.seq, entry.action) != (row.audit_seq, action)
        or (entry.facts()["version"], entry.facts()["sha256"]) != (row.version, digest)
        or row.sha256 != digest
        or audit.holds(session, entry.seq) is None
    ):
        raise ApprovalMissing(
            f"The plan of {request.number} is not what the audit log says was saved; find out who changed it, then "
            "clear the task that drafts the plan and answer the plan gate again."
        )
    return entry


def _latest_save(session: Session, number: str) -> Entry | None:
    saves = [next(audit.about(session, number, action), None) for action in (Action.PLAN_DRAFTED, Action.PLAN_FROZEN)]
    return max((save for save in saves if save), key=lambda save: save.seq, default=None)


def _newest(session: Session, request: Request) -> PlanRow | None:
    statement = select(PlanRow).where(PlanRow.request_id == request.id).order_by(PlanRow.version.desc()).limit(1)
    return session.scalars(statement).one_or_none()
