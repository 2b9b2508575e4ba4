"""Rehearse stored back-ups by a schedule: those of the assets that were unproved for the longest, within a budget."""

import logging
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from cadangan.config.coverage import keepers
from cadangan.core.drill import Candidate, choose, newest
from cadangan.core.manifest import Manifest
from cadangan.core.states import Verdict
from cadangan.documents import notes
from cadangan.engines import engine
from cadangan.errors import NotConfigured, RehearsalFailed
from cadangan.register import drill as stock
from cadangan.register.models import Backup
from cadangan.register.rehearsal_row import RehearsalRow
from cadangan.steps import post
from cadangan.steps.desk import Desk
from cadangan.steps.rehearse import Rehearsing

log = logging.getLogger(__name__)

KIND = "drill"


def drill(desk: Desk, since: datetime) -> None:
    """Rehearse one back-up after another until the budget is spent, record what each showed, and mail what failed.

    :param since: what was tried from then on is not tried again.
    :raises NotConfigured: this machine has no key.
    :raises RehearsalFailed: a back-up failed; the others were rehearsed all the same.
    """
    if desk.identity() is None:
        raise NotConfigured("No age identity is at hand: the connection that policies.yaml names has no password.")
    end = desk.now() + timedelta(minutes=desk.policies.rehearsal.budget_minutes)
    done: dict[int, str] = {}
    while chosen := choose(_waiting(desk, since, set(done)), end - desk.now(), anything_done=bool(done)):
        done[chosen.key] = _rehearse(desk, chosen)
    failed = [name for name in done.values() if name]
    log.info("%d back-ups were rehearsed, %d of them failed", len(done), len(failed))
    if failed:
        raise RehearsalFailed(
            f"{len(failed)} of {len(done)} rehearsed back-ups failed: {', '.join(failed)}. The register has the "
            "differences, and the staff and the managers were mailed; back these assets up anew."
        )


def _waiting(desk: Desk, since: datetime, done: set[int]) -> Iterator[Candidate]:
    """Yield the newest back-up of every asset that its policy wants rehearsed and that was not tried yet."""
    wanted = {
        name
        for name, policy in keepers(desk.assets, desk.policies).items()
        if policy.rehearse != "never" and hasattr(engine(desk.assets.find(name)[0].engine), "open_load")
    }
    with desk.register.reading() as session:
        found = newest(each for each in stock.candidates(session) if each.asset in wanted)
        tried = stock.tried(session, since) | done
    return (each for each in found if each.key not in tried)


def _rehearse(desk: Desk, chosen: Candidate) -> str:
    """Rehearse a back-up and return its name if it failed, else nothing."""
    with desk.register.reading() as session:
        backup = session.get_one(Backup, chosen.key)
        name, manifest = backup.name, Manifest.model_validate(backup.manifest)
        destinations = _destinations(desk, backup)
    if not destinations:
        log.warning("%s lies at no destination of policies.yaml, so that it was not rehearsed", name)
        return ""
    # The limit on size is for rehearsals that a request waits for.
    policy = keepers(desk.assets, desk.policies)[chosen.asset].model_copy(update={"rehearse_max_bytes": sys.maxsize})
    log.info("Rehearsing %s from %s; its asset was last proved at %s", name, destinations[0], chosen.proved_at)
    rehearsing = Rehearsing(desk, policy, manifest, destinations)
    row = rehearsing.row()
    with desk.register.transaction() as session:
        recorded = rehearsing.record(session, row)
        log.info("Rehearsal of %s: %s %s", name, recorded.verdict, recorded.reason)
        if recorded.verdict != Verdict.FAILED:
            return ""
        _tell(desk, session, name, chosen.asset, recorded)
    return name


def _destinations(desk: Desk, backup: Backup) -> tuple[str, ...]:
    """Return where it has copies, first where one was read for a rehearsal the longest ago."""
    known = {each.name for each in desk.policies.destinations}
    there = dict.fromkeys(copy.destination for copy in backup.copies if copy.destination in known)
    read = {row.destination: row.id for row in backup.rehearsals}
    return tuple(sorted(there, key=lambda name: read.get(name, 0)))


def _tell(desk: Desk, session: Session, name: str, asset: str, row: RehearsalRow) -> None:
    """Write the mail to the staff and the managers that says what failed and what to do."""
    today = desk.now().astimezone(desk.zone).date()
    people = {*desk.sop.in_role("staff", "", today), *desk.sop.in_role("manager", "", today)}
    mail = notes.drill_failed(name, asset, row, stock.last_proof(session, asset), desk.sop)
    post.enqueue_of_office(
        desk,
        session,
        mail,
        kind=KIND,
        key=f"{name}/{row.id}",
        recipients=[person.email for person in people],
    )
