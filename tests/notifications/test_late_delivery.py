"""The mails about time standards: of all requests at once, through a mail server that is away."""

import pytest
from sqlalchemy import select

from cadangan.errors import MailFailed
from cadangan.notifications import outbox
from cadangan.register import notices
from cadangan.register.models import Notice
from cadangan.register.notices import NoticeState
from cadangan.steps.desk import Desk
from tests.documents import builders
from tests.services.smtp import MailServer

KINDS = {"late", "nearing"}


def write(desk: Desk, count: int, kind: str = "late") -> None:
    with desk.register.transaction() as session:
        for number in range(count):
            notices.enqueue(
                session,
                key=f"BR-2026-{number:05}/{kind}/verify/1/100/kabid",
                request_id=None,
                kind=kind,
                recipients=[f"pejabat{number}@diskominfo.example"],
                subject=f"[Keterlambatan] Tahap 2 – BR-2026-{number:05}",
                html="<p>Yth.</p>",
                text="Yth.\n",
                attachments=[],
                at=builders.MONDAY,
            )


def states(desk: Desk) -> list[str]:
    with desk.register.reading() as session:
        return list(session.scalars(select(Notice.state).order_by(Notice.id)))


def test_a_burst_of_two_hundred_goes_out_in_one_go_each_mail_once(desk: Desk, mail_server: MailServer) -> None:
    write(desk, 200)
    outbox.deliver_kinds(desk, KINDS)
    outbox.deliver_kinds(desk, KINDS)
    assert len({mail["Message-ID"] for mail in mail_server.mails()}) == len(mail_server.mails()) == 200
    assert set(states(desk)) == {NoticeState.SENT}


def test_what_a_server_that_is_away_did_not_take_is_sent_once_it_is_back(desk: Desk, mail_server: MailServer) -> None:
    write(desk, 20)
    mail_server.switch_off()
    with pytest.raises(MailFailed, match="5 of 20 mails"):
        outbox.deliver_kinds(desk, KINDS)
    mail_server.switch_on()
    outbox.deliver_kinds(desk, KINDS)
    assert len(mail_server.mails()) == 20


def test_addresses_that_no_server_takes_hold_nobody_up_for_long(desk: Desk, mail_server: MailServer) -> None:
    write(desk, 7)
    mail_server.refused = {f"pejabat{number}@diskominfo.example" for number in range(6)}
    for _ in range(2):
        with pytest.raises(MailFailed):
            outbox.deliver_kinds(desk, KINDS)
    assert states(desk) == [NoticeState.FAILED] * 6 + [NoticeState.SENT]


def test_mails_of_other_kinds_and_of_another_task_are_left_alone(desk: Desk, mail_server: MailServer) -> None:
    write(desk, 1, kind="gate_opened")
    write(desk, 1, kind="late")
    with desk.register.transaction() as session:
        other = session.scalars(select(Notice).where(Notice.kind == "late")).one()
        assert notices.claim(session, other.id, builders.MONDAY)
    outbox.deliver_kinds(desk, KINDS)
    assert mail_server.mails() == []
