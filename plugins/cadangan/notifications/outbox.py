"""Send the mails that wait in the register's outbox, through Airflow's SMTP connection.

Each mail is sent and marked in a transaction of its own that holds its row, so that two tasks never send the
same mail; should the register fail right after the server took it, the second one has the same Message-ID.
"""

import logging
import smtplib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast

from airflow.providers.smtp.hooks.smtp import SmtpHook
from sqlalchemy import select
from sqlalchemy.orm import Session

from cadangan.documents import store
from cadangan.documents.safety import one_line
from cadangan.errors import DocumentError, MailFailed
from cadangan.notifications.message import Attachment, compose
from cadangan.register import notices, requests
from cadangan.register.models import Document, Notice
from cadangan.register.notices import NoticeState
from cadangan.steps.desk import Desk

CONNECTION = "cadangan_smtp"
log = logging.getLogger(__name__)


def deliver(desk: Desk, request_no: str) -> None:
    """Send every mail of a request that still waits; one that cannot be sent does not stop the others.

    :raises MailFailed: some could not be sent; they stay in the outbox, each with its error.
    """
    with desk.register.reading() as session:
        request = requests.by_number(session, request_no)
        waiting = [notice.id for notice in notices.pending(session, request.id)]
    failures = [failure for notice_id in waiting if (failure := _try(desk, notice_id))]
    if failures:
        raise MailFailed(
            f"{len(failures)} of {len(waiting)} mails of {request_no} could not be sent and stay in the outbox: "
            f"{'; '.join(failures)}. Check the connection {CONNECTION} and the mail server, then clear the task."
        )


def _try(desk: Desk, notice_id: int) -> str:
    """Send one mail; return why it failed, or nothing."""
    try:
        _send(desk, notice_id)
    except Exception as err:
        reason = one_line(err) or type(err).__name__
        log.warning("Mail %d could not be sent: %s", notice_id, reason)
        with desk.register.transaction() as session:
            # Another task may have sent it meanwhile.
            if notice := _claim(session, notice_id):
                notices.mark_failed(notice, reason)
                return f"{notice.subject} ({reason})"
    return ""


def _send(desk: Desk, notice_id: int) -> None:
    with desk.register.reading() as session:
        notice = session.get_one(Notice, notice_id)
        message = compose(
            notice, sender=desk.sop.office.mail_from, sent_at=desk.now(), files=_files(desk, session, notice)
        )
    # What takes long, reading attachments and connecting, is done before the row is held.
    with _connected() as client, desk.register.transaction() as session:
        claimed = _claim(session, notice_id)
        if claimed is None:
            return
        refused = client.send_message(message)
        notices.mark_sent(claimed, desk.now())
        log.info("Mail %d (%s) sent to %d addresses", notice_id, claimed.kind, len(claimed.recipients) - len(refused))
        if refused:
            claimed.error = one_line(f"The server refused {', '.join(refused)}: {list(refused.values())}")
            log.warning("Mail %d: %s", notice_id, claimed.error)


def _claim(session: Session, notice_id: int) -> Notice | None:
    """Return the mail with its row locked; None when it was sent meanwhile or someone is sending it."""
    waiting = select(Notice).where(Notice.id == notice_id, Notice.state != NoticeState.SENT.value)
    return session.scalars(waiting.with_for_update(skip_locked=True)).one_or_none()


@contextmanager
def _connected() -> Iterator[smtplib.SMTP]:
    # The hook's own sending knows no plain-text part; only its connection and log-in are used.
    hook = SmtpHook(smtp_conn_id=CONNECTION).get_conn()
    with cast("smtplib.SMTP", hook._smtp_client) as client:
        yield client


def _files(desk: Desk, session: Session, notice: Notice) -> list[Attachment]:
    place = desk.documents()
    return [
        Attachment(row.name, row.media_type, store.read(row, place))
        for row in (_document(session, notice, str(name)) for name in notice.attachments)
    ]


def _document(session: Session, notice: Notice, name: str) -> Document:
    statement = select(Document).where(Document.request_id == notice.request_id, Document.name == name)
    row = session.scalars(statement).one_or_none()
    if row is None:
        raise DocumentError(f"The mail attaches {name}, which is not on the register; clear the task that writes it.")
    return row
