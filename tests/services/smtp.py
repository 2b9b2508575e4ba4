"""A real SMTP server on a free port with a mailbox for what it takes; it can refuse, take long, be switched off."""

import asyncio
import mailbox
import socket
import threading
from collections.abc import Iterator
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


class MailServer:
    """An SMTP server whose mails lie in a Maildir.

    `refused` holds addresses that it answers with 550, as RCPT TO. While `answers` is not set, it has taken a mail
    and does not say so yet; `has_mail` tells that.
    """

    def __init__(self, folder: Path) -> None:
        self.host = "127.0.0.1"
        self.port = _free_port()
        self.refused: set[str] = set()
        self.answers = threading.Event()
        self.answers.set()
        self.has_mail = threading.Event()
        self._box = mailbox.Maildir(folder / "mail", create=True)
        self._controller: Controller | None = None

    def switch_on(self) -> None:
        self._controller = Controller(self, hostname=self.host, port=self.port)
        self._controller.start()

    def switch_off(self) -> None:
        if self._controller:
            self._controller.stop()
            self._controller = None

    def mails(self) -> list[EmailMessage]:
        """Every mail that was taken, in no particular order."""
        parser = BytesParser(EmailMessage, policy=policy.default)
        return [parser.parsebytes(self._box.get_bytes(key)) for key in self._box.keys()]  # noqa: SIM118 - no dict

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self.refused:
            return "550 No such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        self._box.add(envelope.content or b"")
        self.has_mail.set()
        await asyncio.to_thread(self.answers.wait, 30)
        return "250 Taken"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def mail_server(tmp_path: Path) -> Iterator[MailServer]:
    """A running server."""
    server = MailServer(tmp_path)
    server.switch_on()
    yield server
    server.switch_off()
