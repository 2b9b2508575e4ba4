"""The append-only audit log: write a row, check the chain."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from cadangan.core.audit import GENESIS, Entry, canonical, fault
from cadangan.errors import AuditBroken, RegisterError
from cadangan.register.models import AuditEntry, AuditHead

# The name under which Cadangan's own tasks act.
SYSTEM = "cadangan"
_FIELDS = (
    AuditEntry.seq,
    AuditEntry.at,
    AuditEntry.actor,
    AuditEntry.action,
    AuditEntry.subject,
    AuditEntry.detail,
    AuditEntry.previous,
)
_BATCH = 1000


def lock(session: Session) -> AuditHead:
    """Return the end of the chain, locked until the transaction ends: appending waits for it."""
    statement = select(AuditHead).with_for_update().execution_options(populate_existing=True)
    head = session.scalars(statement).one_or_none()
    if head is None:
        raise RegisterError("The audit log has lost its head row; restore the register from its own back-up.")
    return head


def append(session: Session, *, actor: str, action: str, subject: str, detail: Mapping[str, Any], at: datetime) -> int:
    """Write one row under the lock of the chain's end and return its number.

    :param detail: JSON values only; what the act was about and why.
    """
    head = lock(session)
    entry = Entry(head.seq + 1, at, actor, str(action), subject, canonical(dict(detail)), head.hash)
    digest = entry.digest()
    session.add(
        AuditEntry(
            seq=entry.seq,
            at=entry.at,
            actor=entry.actor,
            action=entry.action,
            subject=entry.subject,
            detail=entry.detail,
            previous=entry.previous,
            hash=digest,
        )
    )
    head.seq, head.hash = entry.seq, digest
    session.flush()
    return entry.seq


def verify(session: Session, first: int = 1) -> int:
    """Return how many rows from number `first` on were checked; all of them hold.

    Raise AuditBroken that names the first broken row, or says that the end was cut off. Memory stays constant.
    """
    before = _head(session)
    seq, digest = first - 1, _digest_before(session, first)
    for entry, stored in _rows(session, first):
        problem = fault(entry, stored, seq + 1, digest)
        if problem:
            raise _broken(problem)
        seq, digest = entry.seq, stored
        if seq == before.seq and digest != before.hash:
            raise _broken(f"row {seq} is not the one that was appended there")
    # Another writer may append meanwhile, so the end lies between the head as it was and as it is.
    if seq < before.seq:
        raise _broken(f"row {seq + 1} is missing: the end was cut off, {before.seq} rows were written")
    if seq > _head(session).seq:
        raise _broken(f"row {before.seq + 1} was not appended by Cadangan")
    return seq - first + 1


def holds(session: Session, seq: int) -> Entry | None:
    """Return row `seq` when it matches its own digest and follows the row before it, else None."""
    found = next(_rows(session, seq, seq), None)
    if found is None:
        return None
    entry, stored = found
    return None if fault(entry, stored, seq, _digest_before(session, seq)) else entry


def about(session: Session, subject: str, action: str) -> Iterator[Entry]:
    """Yield the rows of one action on one subject, newest first; whether they hold is for `holds` to say."""
    statement = select(*_FIELDS).where(AuditEntry.subject == subject, AuditEntry.action == action)
    for row in session.execute(statement.order_by(AuditEntry.seq.desc())):
        yield Entry(*row)


def _rows(session: Session, first: int, last: int | None = None) -> Iterator[tuple[Entry, str]]:
    statement = select(*_FIELDS, AuditEntry.hash).where(AuditEntry.seq >= first).order_by(AuditEntry.seq)
    if last is not None:
        statement = statement.where(AuditEntry.seq <= last)
    rows = session.execute(statement.execution_options(yield_per=_BATCH))
    for seq, at, actor, action, subject, detail, previous, stored in rows:
        yield Entry(seq, at, actor, action, subject, detail, previous), stored


def _head(session: Session) -> Row[int, str]:
    head = session.execute(select(AuditHead.seq, AuditHead.hash)).one_or_none()
    if head is None:
        raise _broken("its head row is missing")
    return head


def _digest_before(session: Session, seq: int) -> str:
    if seq == 1:
        return GENESIS
    statement = select(AuditEntry.hash).where(AuditEntry.seq == seq - 1)
    return session.scalars(statement).one_or_none() or f"no row {seq - 1}"


def _broken(problem: str) -> AuditBroken:
    return AuditBroken(
        f"The audit log is broken: {problem}. Stop work on the register, keep a copy of it as evidence, "
        "and compare it with its last back-up."
    )
