"""The conditions that are looked at, each with what it needs from the register and the configuration.

A new one: a module in core/conditions, a function here, a line in CONDITIONS.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta

from sqlalchemy.orm import Session

from cadangan.config import coverage
from cadangan.core.alerts import Alert
from cadangan.core.conditions import expiry, missing_copies, recovery_point, room, uncovered, unproved
from cadangan.core.conditions import scans as scanned
from cadangan.core.scanning import Fault, Finding
from cadangan.core.space import days_until_full
from cadangan.register import recovery, scans
from cadangan.steps.desk import Desk

_HISTORY = timedelta(days=60)
Condition = Callable[[Desk, Session], Iterable[Alert]]


def _recovery_points(desk: Desk, session: Session) -> Iterable[Alert]:
    latest = recovery.latest_good(session, desk.now())
    points = (
        recovery_point.Point(asset, policy.rpo_hours, latest.get(asset))
        for asset, policy in coverage.keepers(desk.assets, desk.policies).items()
        if policy.rpo_hours is not None
    )
    return recovery_point.findings(points, desk.now())


def _rehearsals(desk: Desk, session: Session) -> Iterable[Alert]:
    proved, first = recovery.latest_proved(session), recovery.first_backups(session)
    proofs = (
        unproved.Proof(asset, policy.rehearsal_days, proved.get(asset), first.get(asset))
        for asset, policy in coverage.keepers(desk.assets, desk.policies).items()
        if policy.rehearsal_days is not None
    )
    return unproved.findings(proofs, desk.now())


def _expiries(desk: Desk, session: Session) -> Iterable[Alert]:
    today, limit = desk.now().astimezone(desk.zone).date(), desk.policies.alerts.expiry_days
    given = (
        expiry.Approval(policy.name, policy.schedule.approval.number, policy.schedule.approval.valid_until)
        for policy in desk.policies.policies
        if policy.schedule
    )
    yield from expiry.approvals(given, today, limit)
    yield from expiry.key(desk.policies.stream.recipients_until, today, limit)


def _uncovered(desk: Desk, session: Session) -> Iterable[Alert]:
    # Where nothing is scheduled at all, letters are the way that was chosen.
    if not any(policy.schedule for policy in desk.policies.policies):
        return ()
    return uncovered.findings(coverage.uncovered(desk.assets, desk.policies))


def _missing_copies(desk: Desk, session: Session) -> Iterable[Alert]:
    return missing_copies.findings(recovery.missing(session))


def _scans(desk: Desk, session: Session) -> Iterable[Alert]:
    last = scans.latest(session)
    found = [Finding(**{**each, "fault": Fault(each["fault"])}) for each in last.findings] if last else []
    yield from scanned.findings(found)
    yield from scanned.late(last.ended_at if last else None, desk.now(), desk.policies.alerts.scan_days)


def _space(desk: Desk, session: Session) -> Iterable[Alert]:
    rooms = []
    for destination in desk.policies.destinations:
        rows = scans.stored(session, destination.name, desk.now() - _HISTORY)
        free = rows[-1].free if rows else None
        rooms.append((destination.name, days_until_full([(row.at, row.stored) for row in rows], free)))
    return room.findings(rooms, desk.policies.alerts.space_days)


# The kinds of alerts that a condition may raise, and how it is looked at.
CONDITIONS: Mapping[tuple[str, ...], Condition] = {
    (recovery_point.KIND,): _recovery_points,
    (missing_copies.KIND,): _missing_copies,
    (scanned.ROT, scanned.UNREADABLE, scanned.STRANGER, scanned.LATE): _scans,
    (room.KIND,): _space,
    (unproved.KIND,): _rehearsals,
    (expiry.APPROVAL, expiry.KEY): _expiries,
    (uncovered.KIND,): _uncovered,
}
