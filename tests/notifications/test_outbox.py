import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace

import pytest
from sqlalchemy import select

from cadangan.documents import store
from cadangan.documents.render import PDF, Rendered
from cadangan.errors import MailFailed
from cadangan.notifications import outbox
from cadangan.register import notices
from cadangan.register.models import Notice, Request
from cadangan.steps.desk import Desk
from tests.documents import builders
from tests.services.smtp import MailServer

NUMBER = "BR-2026-00001"
REPORT = Rendered(f"{NUMBER}-laporan.pdf", PDF, b"%PDF-1.7 laporan \x00\xff")
FODT = Rendered(f"{NUMBER}-laporan.fodt", "application/vnd.oasis.opendocument.text-flat-xml", b"<x/>")


@pytest.fixture(autouse=True)
def request_id(desk: Desk) -> int:
    """A registered request with a stored report in two editions."""
    place = desk.place(desk.policies.destinations[0])
    with desk.register.transaction() as session:
        row = builders.request(items=[], steps=[])
        session.add(row)
        session.flush()
        for edition in (REPORT, FODT):
            store.save(session, row, "report", edition, place, at=builders.MONDAY)
        return row.id


def written(
    desk: Desk,
    key: str = "a",
    recipients: Sequence[str] = ("kabid@diskominfo.example",),
    subject: str = "[Tahap 2] Memverifikasi – BR-2026-00001",
    attachments: Sequence[str] = (),
) -> None:
    with desk.register.transaction() as session:
        request = session.scalars(select(Request)).one()
        notices.enqueue(
            session,
            key=key,
            request_id=request.id,
            kind="gate_opened",
            recipients=recipients,
            subject=subject,
            html="<p>Yth. Bapak/Ibu – <b>mohon</b> kiranya</p>",
            text="Yth. Bapak/Ibu – mohon kiranya\n",
            attachments=attachments,
            at=builders.MONDAY,
        )


def rows(desk: Desk) -> list[Notice]:
    with desk.register.reading() as session:
        return list(session.scalars(select(Notice).order_by(Notice.id)))


def test_a_mail_arrives_as_text_and_html_with_its_attachments(desk: Desk, mail_server: MailServer) -> None:
    written(desk, attachments=[REPORT.name, FODT.name])
    outbox.deliver(desk, NUMBER)
    (mail,) = mail_server.mails()
    assert mail["Subject"] == "[Tahap 2] Memverifikasi – BR-2026-00001"
    assert mail["From"] == "cadangan@diskominfo.example"
    assert mail["To"] == "kabid@diskominfo.example"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Date"].datetime == builders.MONDAY
    text, html = mail.get_body(("plain",)), mail.get_body(("html",))
    assert text is not None
    assert html is not None
    assert text.get_content().strip() == "Yth. Bapak/Ibu – mohon kiranya"
    assert html.get_content().strip() == "<p>Yth. Bapak/Ibu – <b>mohon</b> kiranya</p>"
    parts = {part.get_filename(): part for part in mail.iter_attachments()}
    assert parts[REPORT.name].get_content() == REPORT.content
    assert parts[REPORT.name].get_content_type() == PDF
    assert parts[FODT.name].get_content() == FODT.content
    assert [(row.state, row.attempts, row.sent_at) for row in rows(desk)] == [("sent", 1, builders.MONDAY)]


def test_a_sent_mail_is_not_sent_again(desk: Desk, mail_server: MailServer) -> None:
    written(desk)
    outbox.deliver(desk, NUMBER)
    outbox.deliver(desk, NUMBER)
    assert len(mail_server.mails()) == 1


def test_two_tasks_at_once_send_each_mail_once(desk: Desk, mail_server: MailServer) -> None:
    for number in range(4):
        written(desk, key=str(number), subject=f"surel {number}")

    def task() -> None:
        # A mail that another one is sending at the moment counts as not sent.
        with suppress(MailFailed):
            outbox.deliver(desk, NUMBER)

    tasks = [threading.Thread(target=task) for _ in range(3)]
    for each in tasks:
        each.start()
    for each in tasks:
        each.join()
    assert sorted(mail["Subject"] for mail in mail_server.mails()) == [f"surel {number}" for number in range(4)]
    assert {row.state for row in rows(desk)} == {"sent"}


@contextmanager
def sending(desk: Desk, mail_server: MailServer) -> Iterator[None]:
    """A task in another thread that waits for the server to say that it has the mail."""
    mail_server.answers.clear()
    task = threading.Thread(target=outbox.deliver, args=(desk, NUMBER))
    task.start()
    assert mail_server.has_mail.wait(20)
    try:
        yield
    finally:
        mail_server.answers.set()
        task.join()


def test_nothing_of_the_register_is_locked_while_the_server_takes_its_time(desk: Desk, mail_server: MailServer) -> None:
    written(desk)

    def write() -> None:
        with desk.register.transaction() as session:
            session.scalars(select(Notice)).one().kind = "lain"

    writer = threading.Thread(target=write)
    with sending(desk, mail_server):
        writer.start()
        writer.join(5)
        waits = writer.is_alive()
    writer.join()

    assert not waits
    assert [(row.kind, row.state) for row in rows(desk)] == [("lain", "sent")]


def test_a_mail_that_another_task_is_sending_is_neither_sent_twice_nor_taken_for_sent(
    desk: Desk, mail_server: MailServer
) -> None:
    written(desk)
    with sending(desk, mail_server), pytest.raises(MailFailed, match="another task is sending it"):
        outbox.deliver(desk, NUMBER)
    outbox.deliver(desk, NUMBER)
    assert len(mail_server.mails()) == 1


def test_a_mail_whose_task_was_killed_is_sent_once_that_is_certain(desk: Desk, mail_server: MailServer) -> None:
    written(desk)
    with desk.register.transaction() as session:
        assert notices.claim(session, session.scalars(select(Notice.id)).one(), builders.MONDAY)
    with pytest.raises(MailFailed, match="another task is sending it"):
        outbox.deliver(desk, NUMBER)
    assert mail_server.mails() == []

    outbox.deliver(replace(desk, now=lambda: builders.MONDAY + notices.LEASE), NUMBER)
    assert len(mail_server.mails()) == 1
    assert [row.state for row in rows(desk)] == ["sent"]


def test_a_task_that_is_ended_gives_its_mail_back(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    written(desk)

    def end(desk: Desk, notice_id: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(outbox, "_send", end)
    with pytest.raises(KeyboardInterrupt):
        outbox.deliver(desk, NUMBER)
    assert [(row.state, row.error) for row in rows(desk)] == [("failed", "KeyboardInterrupt")]


def test_a_server_that_is_down_leaves_the_mail_for_the_next_try(desk: Desk, mail_server: MailServer) -> None:
    written(desk)
    mail_server.switch_off()
    with pytest.raises(MailFailed, match=r"1 of 1 mails of BR-2026-00001.*cadangan_smtp"):
        outbox.deliver(desk, NUMBER)
    (row,) = rows(desk)
    assert (row.state, row.attempts) == ("failed", 1)
    assert "refused" in row.error.lower()
    mail_server.switch_on()
    outbox.deliver(desk, NUMBER)
    (row,) = rows(desk)
    assert (row.state, row.attempts, row.error) == ("sent", 2, "")
    assert len(mail_server.mails()) == 1


def test_one_failing_mail_does_not_stop_the_others(desk: Desk, mail_server: MailServer) -> None:
    mail_server.refused.add("hilang@diskominfo.example")
    written(desk, key="1", recipients=["hilang@diskominfo.example"], subject="ditolak")
    written(desk, key="2", recipients=["bukan alamat"], subject="rusak")
    written(desk, key="3", attachments=["tidak-ada.pdf"], subject="tanpa lampiran")
    written(desk, key="4", subject="baik")
    with pytest.raises(MailFailed, match="3 of 4") as raised:
        outbox.deliver(desk, NUMBER)
    assert [mail["Subject"] for mail in mail_server.mails()] == ["baik"]
    assert [row.state for row in rows(desk)] == ["failed", "failed", "failed", "sent"]
    for reason in ("No such mailbox", "'bukan alamat' is not a mail address", "tidak-ada.pdf"):
        assert reason in str(raised.value)


def test_a_partly_refused_mail_is_sent_once_and_says_who_missed_it(desk: Desk, mail_server: MailServer) -> None:
    mail_server.refused.add("hilang@diskominfo.example")
    written(desk, recipients=["kabid@diskominfo.example", "hilang@diskominfo.example"])
    outbox.deliver(desk, NUMBER)
    (row,) = rows(desk)
    assert row.state == "sent"
    assert "hilang@diskominfo.example" in row.error
    outbox.deliver(desk, NUMBER)
    assert len(mail_server.mails()) == 1


@pytest.mark.parametrize("subject", ["Judul\r\nBcc: lain@x.example", "Judul\n\nisi palsu", "Judul\x0bBcc: x@y.example"])
def test_a_subject_cannot_add_a_header(desk: Desk, mail_server: MailServer, subject: str) -> None:
    written(desk, subject=subject)
    outbox.deliver(desk, NUMBER)
    (mail,) = mail_server.mails()
    assert mail["Bcc"] is None
    assert mail["Subject"].startswith("Judul")
    assert mail["To"] == "kabid@diskominfo.example"


@pytest.mark.parametrize("address", ["a@x.example\r\nBcc: b@x.example", "a@x.example, b@x.example", "", "@"])
def test_an_address_cannot_add_a_header_or_a_recipient(desk: Desk, mail_server: MailServer, address: str) -> None:
    written(desk, recipients=[address])
    with pytest.raises(MailFailed, match="is not a mail address"):
        outbox.deliver(desk, NUMBER)
    assert mail_server.mails() == []


def test_a_mail_keeps_its_message_id_when_it_is_sent_again(desk: Desk, mail_server: MailServer) -> None:
    written(desk)
    outbox.deliver(desk, NUMBER)
    with desk.register.transaction() as session:
        session.scalars(select(Notice)).one().state = "pending"
    outbox.deliver(desk, NUMBER)
    first, second = mail_server.mails()
    assert first["Message-ID"] == second["Message-ID"]


def test_a_try_that_failed_does_not_undo_the_sending_of_another_task(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    written(desk)

    def beaten(desk: Desk, notice_id: int) -> None:
        with desk.register.transaction() as session:
            notices.mark_sent(session, notice_id, builders.MONDAY)
        raise ConnectionError("the line broke")

    monkeypatch.setattr(outbox, "_send", beaten)
    outbox.deliver(desk, NUMBER)
    assert [row.state for row in rows(desk)] == ["sent"]


def test_a_missing_connection_is_on_record(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    written(desk)
    monkeypatch.setattr(outbox, "CONNECTION", "cadangan_smtp_missing")
    with pytest.raises(MailFailed, match="cadangan_smtp_missing"):
        outbox.deliver(desk, NUMBER)
    assert rows(desk)[0].state == "failed"
