"""Destructions: planned first, decided on, carried out back-up by back-up; all of it audited."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from cadangan.core.audit import Action, canonical
from cadangan.core.choices import DestructionChoice
from cadangan.core.plan import digest_of
from cadangan.core.states import DESTRUCTION, Status
from cadangan.errors import ApprovalMissing
from cadangan.register import audit
from cadangan.register.keeping import Destruction
from cadangan.register.models import Request
from cadangan.register.numbers import next_of_series
from cadangan.register.requests import by_number, lock_request, register_request, storable

ALLOWS = frozenset({Status.PLANNED, Status.EXECUTING})
BY_GATE = "gate"


def plan(
    session: Session,
    *,
    run: tuple[str, str],
    form: dict[str, Any],
    expired: Mapping[int, str],
    prefix: str,
    recorded_by: str,
    at: datetime,
) -> Request:
    """Store which back-ups would be destroyed and why, under a number of its own; a second call finds the first.

    :param run: DAG id and run id.
    :param form: `after`, what must precede ("rule" or "gate"), and what else is worth keeping.
    :param expired: reasons by the back-ups' ids.
    """
    request = register_request(
        session,
        dag_id=run[0],
        run_id=run[1],
        form=form,
        letter_key="|".join(run),
        items=[],
        recorded_by=recorded_by,
        violations=[],
        prefix=prefix,
        now=at,
        service=DESTRUCTION,
        numbered=next_of_series,
    )
    if of(session, request):
        return request
    session.add_all(
        Destruction(request_id=request.id, backup_id=key, why=storable(why), destinations=[])
        for key, why in expired.items()
    )
    session.flush()
    rows = of(session, request)
    facts = {"sha256": digest(rows), "backups": len(rows), "bytes": sum(row.backup.stored_bytes for row in rows)}
    audit.append(
        session, actor=recorded_by, action=Action.DESTRUCTION_PLANNED, subject=request.number, detail=facts, at=at
    )
    return request


def of(session: Session, request: Request) -> list[Destruction]:
    """Return the rows of a plan, in the order in which they were planned."""
    statement = select(Destruction).where(Destruction.request_id == request.id).order_by(Destruction.id)
    return list(session.scalars(statement))


def digest(rows: list[Destruction]) -> str:
    """Return the SHA-256 of a plan: which back-ups, and why."""
    return digest_of(canonical([[row.backup.name, row.why] for row in rows]))


def decide(
    session: Session, request: Request, choice: DestructionChoice, *, by: Mapping[str, str], note: str, at: datetime
) -> None:
    """Record the answer of the gate, bound to the plan as it stands; audited.

    :param by: user, name, nip and role of who answered.
    """
    lock_request(session, request)
    facts = {**by, "choice": choice.value, "note": note, "sha256": digest(of(session, request))}
    audit.append(
        session, actor=by["user"], action=Action.DESTRUCTION_DECIDED, subject=request.number, detail=facts, at=at
    )


def decision_on(session: Session, request: Request) -> dict[str, Any] | None:
    """Return who decided on the plan at its gate and how, as `decide` recorded it; None without an answer."""
    decided = next(audit.about(session, request.number, Action.DESTRUCTION_DECIDED), None)
    return decided.facts() if decided else None


def require_leave(session: Session, number: str) -> Request:
    """Return the request under which back-ups may be destroyed now.

    Raise ApprovalMissing unless it is planned, its plan is what the audit log says, and the gate, where its policy
    wants one, approved this very plan last.
    """
    request = by_number(session, number)
    sha256 = digest(of(session, request))
    if request.service != DESTRUCTION or Status(request.status) not in ALLOWS:
        raise _denied(number, f"its status is {request.status}")
    planned = next(audit.about(session, number, Action.DESTRUCTION_PLANNED), None)
    if planned is None or audit.holds(session, planned.seq) is None or planned.facts()["sha256"] != sha256:
        raise _denied(number, "its plan is not what the audit log says was planned")
    first = planned.seq
    if _after(session, number) == BY_GATE:
        decided = next(audit.about(session, number, Action.DESTRUCTION_DECIDED), None)
        facts = decided.facts() if decided and audit.holds(session, decided.seq) else {}
        if (facts.get("choice"), facts.get("sha256")) != (DestructionChoice.APPROVE, sha256):
            raise _denied(number, "its gate has not approved this plan")
    audit.verify(session, first=first)
    return request


def _after(session: Session, number: str) -> str:
    """Return what must precede, as the audit log tells it; a gate where that is not told."""
    registered = next(audit.about(session, number, Action.REGISTERED), None)
    if registered is None or audit.holds(session, registered.seq) is None:
        return BY_GATE
    return str(registered.facts()["form"].get("after"))


def _denied(number: str, why: str) -> ApprovalMissing:
    return ApprovalMissing(f"Nothing may be destroyed under {number}: {why}. The next run makes a plan of its own.")
