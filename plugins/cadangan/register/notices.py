"""The outbox: a mail is written here with what it tells of, in one transaction, and sent afterwards."""

import enum
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import and_, or_, select, update
from sqlalchemy.orm import Session

from cadangan.register.models import Notice
from cadangan.register.requests import storable


@enum.unique
class NoticeState(enum.StrEnum):
    """Where a mail is; one that failed is sent again, and so is one that is long in sending."""

    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"


# Longer than talking to a mail server takes: whoever took a mail before that has died with it.
LEASE = timedelta(minutes=10)


def enqueue(
    session: Session,
    *,
    key: str,
    request_id: int | None,
    kind: str,
    recipients: Sequence[str],
    subject: str,
    html: str,
    text: str,
    attachments: Sequence[str],
    at: datetime,
) -> Notice:
    """Write a mail and return it; a second call with the same key finds the first and writes none.

    :param attachments: names of documents of the same request.
    """
    known = session.scalars(select(Notice).where(Notice.key == key)).one_or_none()
    if known is not None:
        return known
    notice = Notice(
        key=key,
        request_id=request_id,
        kind=kind,
        recipients=list(recipients),
        subject=storable(subject),
        html=storable(html),
        text=storable(text),
        attachments=list(attachments),
        state=NoticeState.PENDING.value,
        attempts=0,
        created_at=at,
    )
    session.add(notice)
    session.flush()
    return notice


def pending(session: Session, request_id: int) -> list[Notice]:
    """Return the mails of a request that still have to be sent, those that failed before included, oldest first."""
    statement = select(Notice).where(Notice.request_id == request_id, Notice.state != NoticeState.SENT.value)
    return list(session.scalars(statement.order_by(Notice.id)))


def pending_of_office(session: Session, kind: str) -> list[Notice]:
    """Return the mails of a kind that belong to no request and still have to be sent, oldest first."""
    statement = select(Notice).where(
        Notice.request_id.is_(None), Notice.kind == kind, Notice.state != NoticeState.SENT.value
    )
    return list(session.scalars(statement.order_by(Notice.id)))


def claim(session: Session, notice_id: int, at: datetime) -> bool:
    """Take a mail for sending and return whether it is the caller's; no lock outlasts the transaction.

    It is not when it was sent, or when another task took it within the last `LEASE`.
    """
    unsent = Notice.state.in_([NoticeState.PENDING.value, NoticeState.FAILED.value])
    abandoned = and_(Notice.state == NoticeState.SENDING.value, Notice.sent_at <= at - LEASE)
    statement = update(Notice).where(Notice.id == notice_id, or_(unsent, abandoned)).returning(Notice.id)
    return session.execute(statement.values(state=NoticeState.SENDING.value, sent_at=at)).first() is not None


def mark_sent(session: Session, notice_id: int, at: datetime, error: str = "") -> None:
    """Record that the SMTP server took the mail, and for which of its addresses it did not."""
    notice = session.get_one(Notice, notice_id, with_for_update=True)
    notice.state, notice.sent_at, notice.error = NoticeState.SENT.value, at, storable(error)
    notice.attempts += 1


def mark_failed(session: Session, notice_id: int, claimed_at: datetime, error: str) -> Notice:
    """Record why the SMTP server did not take the mail, and return it; one that another task took since stays as it is.

    :param claimed_at: when the caller took the mail.
    """
    notice = session.get_one(Notice, notice_id, with_for_update=True)
    if (notice.state, notice.sent_at) == (NoticeState.SENDING.value, claimed_at):
        notice.state, notice.sent_at, notice.error = NoticeState.FAILED.value, None, storable(error)
        notice.attempts += 1
    return notice
