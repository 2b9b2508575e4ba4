"""The conditions that are looked at, each with what it needs from the register and the configuration.

A new one: a module in core/conditions, a function here, a line in CONDITIONS.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta

from sqlalchemy.orm import Session

from cadangan.core.alerts import Alert
from cadangan.core.conditions import missing_copies, recovery_point, room
from cadangan.core.conditions import scans as scanned
from cadangan.core.scanning import Fault, Finding
from cadangan.core.space import days_until_full
from cadangan.register import recovery, scans
from cadangan.steps.desk import Desk

_HISTORY = timedelta(days=60)
Condition = Callable[[Desk, Session], Iterable[Alert]]


def _recovery_points(desk: Desk, session: Session) -> Iterable[Alert]:
    latest = recovery.latest_good(session)
    points = (
        recovery_point.Point(asset.name, hours, latest.get(asset.name))
        for server in desk.assets.servers
        for asset in server.assets
        if (hours := desk.policy_of(asset).rpo_hours) is not None
    )
    return recovery_point.findings(points, desk.now())


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
}
