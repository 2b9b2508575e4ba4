"""The approval that an acting task needs. It believes the audit log, and a row only where both say the same."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from cadangan.core.audit import Action
from cadangan.core.choices import Choice, ConfirmChoice, PlanChoice, VerifyChoice
from cadangan.core.plan import Plan
from cadangan.core.states import Status, Step
from cadangan.errors import ApprovalMissing, AuditBroken, RecordMissing
from cadangan.register import audit, decisions, plans
from cadangan.register.models import Decision, Item, Request
from cadangan.register.requests import by_number

ALLOWS_EXECUTION = frozenset({Status.PLANNED, Status.EXECUTING})
# How far the clocks of two of Airflow's hosts may be apart.
CLOCKS_DIFFER = timedelta(minutes=1)


def require_approval(session: Session, request_number: str, item_id: int, round: int, now: datetime) -> Plan:  # noqa: A002
    """Return the frozen plan under which item `item_id` may be acted upon now.

    Raise ApprovalMissing unless the request is open and planned, its verification and this very plan were approved
    last, nothing of that was changed since, the plan's time holds, and the item is part of both. Round 2 also needs
    the confirmation gate's *Belum sesuai* of round 1.
    """
    try:
        request = by_number(session, request_number)
        _check_open(request)
        verified = _decided(session, request, Step.VERIFY, VerifyChoice.APPROVE)
        approved = _decided(session, request, Step.PLAN, PlanChoice.APPROVE)
        if approved["seq"] < verified["seq"]:
            raise _denied(request, "it was verified anew after its plan was approved", "answer the plan gate again")
        plan = _frozen_plan(session, request, approved)
        _check_time(request, plan, now)
        _check_item(session, request, plan, item_id)
        _check_round(session, request, round)
        audit.verify(session, first=int(verified["seq"]))
    except (RecordMissing, AuditBroken) as err:
        raise ApprovalMissing(f"No approval covers item {item_id} of {request_number}: {err}") from err
    return plan


def _check_open(request: Request) -> None:
    if request.closed_at is not None or Status(request.status) not in ALLOWS_EXECUTION:
        raise _denied(request, f"its status is {request.status}", "let the run reach its execution step by itself")


def _decided(session: Session, request: Request, step: Step, wanted: Choice) -> dict[str, Any]:
    """Return the audited facts, with `seq`, of the latest decision at `step`, which must be `wanted`."""
    entry = decisions.latest_entry(session, request.number, step)
    if entry is None or entry.facts()["choice"] != wanted:
        raise _denied(request, f"the latest decision at step {step} is not “{wanted}”", "answer that step's gate first")
    asked = decisions.latest_entry(session, request.number, step, Action.ASKED)
    if asked is not None and asked.seq > entry.seq:
        raise _denied(request, f"the gate of step {step} was opened again", "answer it first")
    row = session.scalars(select(Decision).where(Decision.audit_seq == entry.seq)).one_or_none()
    facts = entry.facts()
    said = {key: value for key, value in facts.items() if key != "plan_sha256"}
    if (
        row is None
        or row.request_id != request.id
        or decisions.facts_of(row, request.number) != said
        or entry.actor != row.by_user
        or audit.holds(session, entry.seq) is None
    ):
        raise _denied(
            request,
            f"the decision at step {step} is not what the audit log says",
            "find out who changed the register, then clear that step's gate and have it answered again",
        )
    return {**facts, "seq": entry.seq}


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


def _check_time(request: Request, plan: Plan, now: datetime) -> None:
    if now < plan.start - CLOCKS_DIFFER:
        raise _denied(request, f"its plan starts at {plan.start.isoformat()}", "let the run wait for that time")
    if now > plan.valid_until:
        raise _denied(
            request,
            f"the approval of its plan ended at {plan.valid_until.isoformat()}",
            "clear the task that drafts the plan and have the gate answered again",
        )


def _check_item(session: Session, request: Request, plan: Plan, item_id: int) -> None:
    item = session.get(Item, item_id)
    planned = next((planned for planned in plan.items if planned.item_id == item_id), None)
    if item is None or item.request_id != request.id or planned is None or planned.asset != item.asset:
        raise _denied(request, f"item {item_id} is not part of it and of its plan", "run the task for a planned item")


def _check_round(session: Session, request: Request, round_no: int) -> None:
    if round_no == 1:
        return
    confirmed = _decided(session, request, Step.CONFIRM, ConfirmChoice.NOT_CONFORMING)
    if (round_no, confirmed["round"]) != (2, 1):
        raise _denied(request, f"round {round_no} was not asked for", "start a new request")


def _denied(request: Request, why: str, advice: str) -> ApprovalMissing:
    return ApprovalMissing(f"No approval covers this act on {request.number}: {why}; {advice}.")
