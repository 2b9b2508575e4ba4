"""Send the mails that wait in the register's outbox, through Airflow's SMTP connection.

A task takes a mail for itself before it sends it, so that two tasks never send the same one, and talks to the server
without holding anything of the register. A mail whose task died is taken over after a while; should the server have
taken it before, the second one has the same Message-ID.
"""

import logging
import smtplib
from collections.abc import Iterator, Sequence
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
    _send_all(desk, waiting, request_no)


def deliver_of_office(desk: Desk, kind: str) -> None:
    """Send every waiting mail of a kind that belongs to no request; likewise.

    :raises MailFailed: likewise.
    """
    with desk.register.reading() as session:
        waiting = [notice.id for notice in notices.pending_of_office(session, kind)]
    _send_all(desk, waiting, kind)


def _send_all(desk: Desk, waiting: Sequence[int], what: str) -> None:
    failures = [failure for notice_id in waiting if (failure := _try(desk, notice_id))]
    if failures:
        raise MailFailed(
            f"{len(failures)} of {len(waiting)} mails of {what} could not be sent and stay in the outbox: "
            f"{'; '.join(failures)}. Check the connection {CONNECTION} and the mail server, then clear the task."
        )


def _try(desk: Desk, notice_id: int) -> str:
    """Send one mail; return why it failed, or nothing."""
    claimed_at = desk.now()
    with desk.register.transaction() as session:
        if not notices.claim(session, notice_id, claimed_at):
            return _taken(session.get_one(Notice, notice_id))
    try:
        _send(desk, notice_id)
    except BaseException as err:
        reason = one_line(err) or type(err).__name__
        log.warning("Mail %d could not be sent: %s", notice_id, reason)
        with desk.register.transaction() as session:
            notice = notices.mark_failed(session, notice_id, claimed_at, reason)
        if not isinstance(err, Exception):
            raise
        return "" if notice.state == NoticeState.SENT else f"{notice.subject} ({reason})"
    return ""


def _taken(notice: Notice) -> str:
    """Return why the mail of another task counts as failed here: whether that task still lives, only time tells."""
    if notice.state == NoticeState.SENT:
        return ""
    return f"{notice.subject} (another task is sending it; it is taken over {notices.LEASE} after that one began)"


def _send(desk: Desk, notice_id: int) -> None:
    with desk.register.reading() as session:
        notice = session.get_one(Notice, notice_id)
        message = compose(
            notice, sender=desk.sop.office.mail_from, sent_at=desk.now(), files=_files(desk, session, notice)
        )
    with _connected() as client:
        refused = client.send_message(message)
    error = one_line(f"The server refused {', '.join(refused)}: {list(refused.values())}") if refused else ""
    with desk.register.transaction() as session:
        notices.mark_sent(session, notice_id, desk.now(), error)
    log.info("Mail %d (%s) sent to %d addresses", notice_id, notice.kind, len(notice.recipients) - len(refused))
    if refused:
        log.warning("Mail %d: %s", notice_id, error)


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
