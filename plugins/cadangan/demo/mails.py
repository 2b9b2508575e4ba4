"""A real SMTP server on this machine that keeps every mail as an .eml file."""

import email
import email.policy
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


class _Keeper:
    """aiosmtpd's handler: one file a mail, numbered as they come."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._count = 0

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        self._count += 1
        path = self._folder / f"{self._count:03}.eml"
        # Named .eml when it is whole, so that a reader never sees half a mail.
        part = path.with_suffix(".part")
        part.write_bytes(envelope.original_content or b"")
        part.rename(path)
        return "250 OK"


@contextmanager
def mail_sink(folder: Path, port: int) -> Iterator[None]:
    """Accept mail on 127.0.0.1:`port` into `folder` until the block ends."""
    controller = Controller(_Keeper(folder), hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield
    finally:
        controller.stop()


def received(folder: Path) -> list[EmailMessage]:
    """Return the mails of `folder` in the order of their coming."""
    return [_read(path) for path in sorted(folder.glob("*.eml"))]


def _read(path: Path) -> EmailMessage:
    return email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
