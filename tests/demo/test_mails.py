"""The mail sink takes real SMTP and keeps what came."""

import smtplib
from email.message import EmailMessage
from pathlib import Path

from cadangan.demo.mails import mail_sink, received
from cadangan.demo.ports import reserved_port


def mail(subject: str) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = (
        "cadangan@diskominfo.example",
        "kabid@diskominfo.example",
        subject,
    )
    message.set_content("Mohon verifikasi.")
    message.add_attachment(b"%PDF-1.7", maintype="application", subtype="pdf", filename="laporan.pdf")
    return message


def test_every_mail_becomes_a_file_in_the_order_of_coming(tmp_path: Path) -> None:
    with reserved_port() as port, mail_sink(tmp_path, port), smtplib.SMTP("127.0.0.1", port) as client:
        for subject in ("[Verifikasi] – BR-2026-00001", "[Perencanaan] – BR-2026-00001"):
            client.send_message(mail(subject))
    kept = received(tmp_path)
    assert [str(message["Subject"]) for message in kept] == [
        "[Verifikasi] – BR-2026-00001",
        "[Perencanaan] – BR-2026-00001",
    ]
    [attachment] = kept[0].iter_attachments()
    assert attachment.get_content() == b"%PDF-1.7"
