"""Put mails of a request, or of the office, into the register's outbox; a mail task sends them."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from cadangan.documents.mails import Mail
from cadangan.register import notices
from cadangan.register.models import Request
from cadangan.steps.desk import Desk


def enqueue(
    desk: Desk,
    session: Session,
    request: Request,
    mail: Mail,
    *,
    kind: str,
    recipients: Sequence[object],
    key: str = "",
    attachments: Sequence[str] = (),
) -> None:
    """Write one mail to `recipients`, once per request, kind and key; nothing for no address.

    :param attachments: names of documents of the same request.
    """
    _write(desk, session, mail, request.id, kind, f"{request.number}/{kind}/{key}", recipients, attachments)


def enqueue_of_office(
    desk: Desk,
    session: Session,
    mail: Mail,
    *,
    kind: str,
    key: str,
    recipients: Sequence[object],
    attachments: Sequence[str] = (),
) -> None:
    """Write one mail that belongs to no request to `recipients`, once per kind and key; nothing for no address.

    :param attachments: names of documents of the office.
    """
    _write(desk, session, mail, None, kind, f"{kind}/{key}", recipients, attachments)


def _write(  # noqa: PLR0917 - what both have in common
    desk: Desk,
    session: Session,
    mail: Mail,
    request_id: int | None,
    kind: str,
    key: str,
    recipients: Sequence[object],
    attachments: Sequence[str],
) -> None:
    addresses = sorted({str(address).strip() for address in recipients if address and "@" in str(address)})
    if addresses:
        notices.enqueue(
            session,
            key=key,
            request_id=request_id,
            kind=kind,
            recipients=addresses,
            subject=mail.subject,
            html=mail.html,
            text=mail.text,
            attachments=list(attachments),
            at=desk.now(),
        )
