"""Build the MIME message of a mail: plain text and HTML of the same content, and its attachments."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from cadangan.documents.safety import one_line
from cadangan.errors import MailFailed
from cadangan.register.models import Notice


@dataclass(frozen=True)
class Attachment:
    """A file to attach."""

    name: str
    media_type: str
    content: bytes


def compose(notice: Notice, *, sender: str, sent_at: datetime, files: Sequence[Attachment]) -> EmailMessage:
    """Return the message of `notice`; the same notice always has the same Message-ID.

    :raises MailFailed: an address is not one.
    """
    message = EmailMessage(policy=SMTP)
    message["Subject"] = one_line(notice.subject)
    message["From"] = _address(sender)
    message["To"] = tuple(_address(str(recipient)) for recipient in notice.recipients)
    message["Date"] = format_datetime(sent_at)
    message["Message-ID"] = f"<{hashlib.sha256(notice.key.encode()).hexdigest()[:40]}@{_address(sender).domain}>"
    # Tells mail servers and absence notices not to answer (RFC 3834).
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(notice.text)
    message.add_alternative(notice.html, subtype="html")
    for file in files:
        main, sub = file.media_type.split("/", 1)
        message.add_attachment(file.content, maintype=main, subtype=sub, filename=file.name)
    return message


def _address(text: str) -> Address:
    try:
        return Address(addr_spec=text)
    except Exception as err:
        # The parser raises IndexError and other accidents beside its own errors.
        raise MailFailed(f"{text!r} is not a mail address; correct it in sop.yaml or in the request.") from err
