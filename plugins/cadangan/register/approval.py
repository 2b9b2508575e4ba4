"""The approval that an acting task needs. It believes the audit log, and a row only where both say the same."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from cadangan.core.audit import Action
from cadangan.core.choices import Choice, ConfirmChoice, PlanChoice, VerifyChoice
from cadangan.core.plan import Plan
from cadangan.core.restoring import RESTORE
from cadangan.core.standing import Standing
from cadangan.core.states import SCHEDULED, Status, Step
from cadangan.errors import ApprovalMissing, AuditBroken, RecordMissing
from cadangan.register import audit, decisions, plans
from cadangan.register.models import Decision, Item, Request
from cadangan.register.requests import by_number
from cadangan.register.standing import plan_under

ALLOWS_EXECUTION = frozenset({Status.PLANNED, Status.EXECUTING})
# How far the clocks of two of Airflow's hosts may be apart.
CLOCKS_DIFFER = timedelta(minutes=1)


def require_approval(
    session: Session,
    request_number: str,
    item_id: int,
    round: int,  # noqa: A002 - the register's word
    now: datetime,
    *,
    standing: Standing | None = None,
) -> Plan:
    """Return the frozen plan under which item `item_id` may be acted upon now.

    Raise ApprovalMissing unless the request is open and planned, its verification and this very plan were approved
    last, nothing of that was changed since, the plan's time holds, and the item is part of both. Round 2 also needs
    the confirmation gate's *Belum sesuai* of round 1.

    :param standing: what covers a scheduled run in the place of the gates: the approval that its policy has now.
    """
    try:
        request = by_number(session, request_number)
        _check_open(session, request)
        covered = _by_standing if request.service == SCHEDULED else _by_gates
        plan, first, valid_until = covered(session, request, round, now, standing)
        _check_item(session, request, plan, item_id)
        _check_time(request, plan, now, valid_until)
        audit.verify(session, first=first)
    except (RecordMissing, AuditBroken) as err:
        raise ApprovalMissing(f"No approval covers item {item_id} of {request_number}: {err}") from err
    return plan


def _by_gates(
    session: Session, request: Request, round_no: int, _now: datetime, _standing: Standing | None
) -> tuple[Plan, int, datetime]:
    """Return the plan that the gates approved, the first audit row that this rests on, and until when it holds."""
    verified = _decided(session, request, Step.VERIFY, VerifyChoice.APPROVE)
    approved = _decided(session, request, Step.PLAN, PlanChoice.APPROVE)
    if approved["seq"] < verified["seq"]:
        raise _denied(request, "it was verified anew after its plan was approved", "answer the plan gate again")
    if request.service == RESTORE and _same_person(verified, approved):
        raise _denied(request, "one person verified it and approved its plan", "have another one answer the plan gate")
    plan = _frozen_plan(session, request, approved)
    return plan, int(verified["seq"]), _valid_until(session, request, plan, round_no)


def _same_person(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    return one["by_user"] == other["by_user"] or bool(one["by_nip"] == other["by_nip"] != "-")


def _by_standing(
    session: Session, request: Request, round_no: int, now: datetime, standing: Standing | None
) -> tuple[Plan, int, datetime]:
    """Return the same of a scheduled run, whose plan is bound to its policy's standing approval."""
    if round_no != 1:
        raise _denied(request, f"a scheduled run has no round {round_no}", "start a new run")
    plan, bound = plan_under(session, request, standing, now)
    return plan, bound.seq, plan.valid_until


def _check_open(session: Session, request: Request) -> None:
    if request.closed_at is not None or Status(request.status) not in ALLOWS_EXECUTION:
        raise _denied(request, f"its status is {request.status}", "let the run reach its execution step by itself")
    changed = next(iter(audit.about(session, request.number, Action.STATUS_CHANGED)), None)
    if changed is None or changed.facts()["to"] != request.status:
        raise _denied(request, "its status is not what the audit log says", "find out who changed the register")


def _decided(
    session: Session, request: Request, step: Step, wanted: Choice, in_round: int | None = None
) -> dict[str, Any]:
    """Return the audited facts, with `seq`, of the latest decision at `step`, which must be `wanted`."""
    entry = decisions.latest_entry(session, request.number, step, round=in_round)
    if entry is None or entry.facts()["choice"] != wanted:
        raise _denied(request, f"the latest decision at step {step} is not “{wanted}”", "answer that step's gate first")
    asked = decisions.latest_entry(session, request.number, step, Action.ASKED, in_round)
    if asked is not None and asked.seq > entry.seq:
        raise _denied(request, f"the gate of step {step} was opened again", "answer it first")
    row = session.scalars(select(Decision).where(Decision.audit_seq == entry.seq)).one_or_none()
    if row is None or not decisions.is_audited(session, request, row):
        raise _denied(
            request,
            f"the decision at step {step} is not what the audit log says",
            "find out who changed the register, then clear that step's gate and have it answered again",
        )
    return {**entry.facts(), "seq": entry.seq}


def _frozen_plan(session: Session, request: Request, approved: Mapping[str, Any]) -> Plan:
    row = plans.current(session, request)
    frozen = plans.audited_save(session, request, row)
    bound = {"version": row.version, "sha256": approved["plan_sha256"], "decision_seq": approved["seq"]}
    if row.frozen_at is None or frozen.facts() != bound:
        raise _denied(
            request,
            f"version {row.version} of its plan is not frozen under the latest approval",
            "have the plan gate answered for this version, and let the run freeze it",
        )
    plan = Plan.model_validate_json(row.body)
    if plan.request_no != request.number:
        raise _denied(request, f"its plan was made for {plan.request_no}", "clear the task that drafts the plan")
    return plan


def _check_time(request: Request, plan: Plan, now: datetime, valid_until: datetime) -> None:
    if now < plan.start - CLOCKS_DIFFER:
        raise _denied(request, f"its plan starts at {plan.start.isoformat()}", "let the run wait for that time")
    if now > valid_until:
        raise _denied(
            request,
            f"the approval of its plan ended at {valid_until.isoformat()}",
            "clear the task that drafts the plan and have the gate answered again",
        )


def _check_item(session: Session, request: Request, plan: Plan, item_id: int) -> None:
    item = session.get(Item, item_id)
    planned = next((planned for planned in plan.items if planned.item_id == item_id), None)
    if item is None or item.request_id != request.id or planned is None or planned.asset != item.asset:
        raise _denied(request, f"item {item_id} is not part of it and of its plan", "run the task for a planned item")


def _valid_until(session: Session, request: Request, plan: Plan, round_no: int) -> datetime:
    """Return until when `round_no` may be executed; raise ApprovalMissing when it is not that round's turn.

    The second round was not foreseen in the plan's window: it has as long as the first had, from *Belum sesuai* on.
    """
    confirmed = decisions.latest_entry(session, request.number, Step.CONFIRM)
    if round_no == 1:
        if confirmed is not None:
            raise _denied(request, "the result of its first execution was decided on", "start a new request")
        return plan.valid_until
    repeat = _decided(session, request, Step.CONFIRM, ConfirmChoice.NOT_CONFORMING, in_round=1)
    if round_no != 2 or (confirmed and confirmed.facts()["round"] != 1):  # noqa: PLR2004 - the SOP repeats once
        raise _denied(request, f"round {round_no} was not asked for", "start a new request")
    return datetime.fromtimestamp(repeat["at"], UTC) + (plan.valid_until - plan.start)


def _denied(request: Request, why: str, advice: str) -> ApprovalMissing:
    return ApprovalMissing(f"No approval covers this act on {request.number}: {why}; {advice}.")
