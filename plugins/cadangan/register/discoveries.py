"""What discovery found on the servers: since when, and until when."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from cadangan.core.audit import Action
from cadangan.core.discovery import Discovery, Kind
from cadangan.register import audit
from cadangan.register.asset_models import DiscoveryFinding


def record(session: Session, discovery: Discovery, at: datetime) -> None:
    """Record what a look at a server showed: what is still so goes on, what no longer is has ended.

    A server that could not be looked at keeps its findings. Ending them needs a look that tells all.
    """
    if discovery.trouble:
        return
    audit.lock(session)
    standing = {(Kind(row.kind), row.name): row for row in open_findings(session, {discovery.server})}
    found = set(discovery.found())
    for kind, name in sorted(found):
        row = standing.get((kind, name))
        if row is None:
            session.add(
                DiscoveryFinding(
                    server=discovery.server, kind=kind.value, name=name, first_found_at=at, last_found_at=at
                )
            )
        else:
            row.last_found_at = at
    ended = [] if discovery.doubt else [standing[key] for key in standing if key not in found]
    for row in ended:
        row.ended_at = at
    session.flush()
    facts = {
        "unregistered": list(discovery.unregistered),
        "vanished": list(discovery.vanished),
        "ended": sorted(f"{row.kind}: {row.name}" for row in ended),
        "doubt": discovery.doubt,
    }
    audit.append(session, actor=audit.SYSTEM, action=Action.DISCOVERED, subject=discovery.server, detail=facts, at=at)


def open_findings(session: Session, servers: Collection[str]) -> list[DiscoveryFinding]:
    """Return what stands of `servers`, the oldest first."""
    statement = select(DiscoveryFinding).where(
        DiscoveryFinding.server.in_(servers), DiscoveryFinding.ended_at.is_(None)
    )
    return list(session.scalars(statement.order_by(DiscoveryFinding.first_found_at, DiscoveryFinding.id)))
