"""The outbox: a mail is written here with what it tells of, in one transaction, and sent afterwards."""

import enum
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from cadangan.register.models import Notice
from cadangan.register.requests import storable


@enum.unique
class NoticeState(enum.StrEnum):
    """Where a mail is; one that failed is sent again."""

    PENDING = "pending"
    SENT = "sent"
    FAILED = "failed"


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


def mark_sent(notice: Notice, at: datetime) -> None:
    """Record that the SMTP server took the mail."""
    notice.state, notice.sent_at, notice.error = NoticeState.SENT.value, at, ""
    notice.attempts += 1


def mark_failed(notice: Notice, error: str) -> None:
    """Record that the SMTP server did not take the mail, and why."""
    notice.state, notice.error = NoticeState.FAILED.value, storable(error)
    notice.attempts += 1
