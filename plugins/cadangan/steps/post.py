"""Put mails of a request into the register's outbox; a mail task sends them."""

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
    addresses = sorted({str(address).strip() for address in recipients if address and "@" in str(address)})
    if not addresses:
        return
    notices.enqueue(
        session,
        key=f"{request.number}/{kind}/{key}",
        request_id=request.id,
        kind=kind,
        recipients=addresses,
        subject=mail.subject,
        html=mail.html,
        text=mail.text,
        attachments=list(attachments),
        at=desk.now(),
    )
