"""Destroy back-ups whose time is over: what would go is planned and told first, each is looked at again, then goes."""

import logging
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from cadangan.config.sop import Person
from cadangan.core.audit import Action
from cadangan.core.naming import parse
from cadangan.core.states import ENDED, Paper, Result, Status
from cadangan.documents import notes
from cadangan.errors import CadanganError, RequestFailed, VaultError
from cadangan.register import audit, destructions, requests, stock
from cadangan.register.keeping import Destruction
from cadangan.register.models import Backup, Request
from cadangan.steps import files, post
from cadangan.steps.desk import Desk
from cadangan.steps.survey import survey
from cadangan.vault.copies import delete

log = logging.getLogger(__name__)

PLANNED = "destruction"


@dataclass(frozen=True)
class Run:
    """A run of Airflow, and what must precede a destruction in it: "rule" or "gate"."""

    after: str
    dag_id: str
    run_id: str


def plan(desk: Desk, run: Run) -> str | None:
    """Store which back-ups would go and return the plan's number, None when none would; nothing is destroyed."""
    found = survey(desk, run.after)
    expired = found.expired()
    kept = Counter(verdict.reason.value for verdict in found.verdicts if verdict.reason.keeps)
    log.info(
        "%d back-ups may go, %d are kept, nothing of %d assets may go", len(expired), kept.total(), len(found.held)
    )
    if not expired:
        return None
    with desk.register.transaction() as session:
        request = destructions.plan(
            session,
            run=(run.dag_id, run.run_id),
            form={"after": run.after, "kept": dict(kept), "held": found.held},
            expired=expired,
            prefix=desk.policies.destruction_prefix,
            recorded_by="cadangan",
            at=desk.now(),
        )
        if run.after != destructions.BY_GATE:
            release(desk, session, request, actor="cadangan", why="menurut kebijakan")
            tell(desk, session, request, "", _staff(desk))
        return request.number


def destroy(desk: Desk, number: str) -> None:
    """Destroy what the plan names, if it still may go; what may not any more stays, with the reason on its row.

    :raises ApprovalMissing: no leave covers it.
    :raises VaultError: copies could not be deleted; the others are, and a repeat goes on.
    """
    with desk.register.transaction() as session:
        request = destructions.require_leave(session, number)
        requests.change_status(session, request, Status.EXECUTING, actor="cadangan", why="pemusnahan", now=desk.now())
        after = str(request.form["after"])
        waiting = [row.id for row in destructions.of(session, request) if row.ended_at is None]
    expired = survey(desk, after).expired()
    failures = [failure for row_id in waiting if (failure := _destroy(desk, number, row_id, expired))]
    if failures:
        raise VaultError(
            f"{number}: {len(failures)} of {len(waiting)} back-ups could not be destroyed everywhere: "
            f"{'; '.join(map(str, failures[:5]))}. Mend the way there, then clear the task.",
            destination=", ".join(sorted({failure.destination for failure in failures})),
        )


def conclude(desk: Desk, number: str) -> None:
    """Close the destruction with what came of it, and write its minutes.

    :raises RequestFailed: a back-up that should have gone is there.
    """
    with desk.register.transaction() as session:
        request = requests.by_number(session, number)
        rows = destructions.of(session, request)
        broken = [row.backup.name for row in rows if row.begun_at and row.ended_at is None]
        gone = sum(row.ended_at is not None for row in rows)
        if request.status not in ENDED:
            untried = request.status != Status.EXECUTING
            status = Status.FAILED if broken or untried else Status.DONE
            why = f"{gone} dari {len(rows)} cadangan dimusnahkan"
            result = Result.FAILED if status is Status.FAILED else Result.SUCCEEDED
            now = desk.now()
            requests.change_status(session, request, status, actor="cadangan", why=why, now=now, result=result)
        status_now = request.status
        begun = any(row.begun_at for row in rows)
    if begun:
        files.write(desk, number, Paper.MINUTES)
    log.info("Destruction %s: %s, %d of %d back-ups destroyed", number, status_now, gone, len(rows))
    if status_now == Status.FAILED:
        raise RequestFailed(f"Destruction {number} ended as {status_now}; not all gone: {', '.join(broken) or '-'}")


def _staff(desk: Desk) -> tuple[Person, ...]:
    return desk.sop.in_role("staff", "", desk.now().astimezone(desk.zone).date())


def release(desk: Desk, session: Session, request: Request, *, actor: str, why: str) -> None:
    """Let a planned destruction be carried out."""
    if request.status == Status.SUBMITTED:
        requests.change_status(session, request, Status.PLANNED, actor=actor, why=why, now=desk.now())


def tell(desk: Desk, session: Session, request: Request, link: str, people: tuple[Person, ...]) -> None:
    """Write the mail that tells `people` what would go.

    :param link: address of the gate, empty where there is none.
    """
    kept: Mapping[str, int] = request.form["kept"]
    mail = notes.destruction_planned(
        request,
        destructions.of(session, request),
        list(kept.items()),
        link,
        desk.sop,
    )
    post.enqueue(desk, session, request, mail, kind=PLANNED, recipients=[person.email for person in people])


def _destroy(desk: Desk, number: str, row_id: int, expired: Mapping[int, str]) -> VaultError | None:
    """Destroy one back-up: its copies at every destination, then its mark; return what kept that from ending."""
    with desk.register.transaction() as session:
        row = session.get_one(Destruction, row_id)
        if row.backup_id not in expired or (row.begun_at is None and stock.locked(session, row.backup_id, desk.now())):
            row.error = "Dipertahankan: keadaannya berubah sejak rencana dibuat."
            return None
        row.begun_at = row.begun_at or desk.now()
        name = parse(row.backup.name)
        destinations = _destinations(desk, row.backup)
    by_name = {destination.name: destination for destination in desk.policies.destinations}
    try:
        for destination in destinations:
            if destination not in by_name:
                raise VaultError(f"Destination {destination} is not in policies.yaml", destination=destination)
            delete(desk.place(by_name[destination]), name)
    except CadanganError as err:
        with desk.register.transaction() as session:
            session.get_one(Destruction, row_id).error = str(err)
        log.warning("Destruction %s: %s could not be destroyed everywhere: %s", number, name, err)
        where = getattr(err, "destination", destination)
        return err if isinstance(err, VaultError) else VaultError(str(err), destination=where)
    with desk.register.transaction() as session:
        _mark(session, number, session.get_one(Destruction, row_id), destinations, desk.now())
    log.info("Destruction %s: %s is gone from %s", number, name, ", ".join(destinations))
    return None


def _destinations(desk: Desk, backup: Backup) -> list[str]:
    """Return where files of a back-up may lie: where it has copies, and where one lacks, for a part of it may be there.

    Of a destination that is configured no more, only one that has a copy counts.
    """
    there = dict.fromkeys(copy.destination for copy in backup.copies)
    configured = {destination.name for destination in desk.policies.destinations}
    return list(there | dict.fromkeys(copy.destination for copy in backup.missing if copy.destination in configured))


def _mark(session: Session, number: str, row: Destruction, destinations: list[str], at: datetime) -> None:
    row.destinations, row.ended_at, row.error = destinations, at, ""
    row.backup.deleted_at, row.backup.deleted_why = at, f"{number}: {row.why}"
    facts = {"backup": row.backup.name, "why": row.why, "destinations": destinations}
    audit.append(session, actor="cadangan", action=Action.BACKUP_DESTROYED, subject=number, detail=facts, at=at)
