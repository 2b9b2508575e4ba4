"""notifications.heartbeat_mail: one mail a day, as long as all this runs."""

from dataclasses import replace
from datetime import timedelta

import pytest

from cadangan.core.alerts import Alert
from cadangan.errors import MailFailed
from cadangan.notifications import heartbeat_mail
from cadangan.register import alerts
from cadangan.steps.desk import Desk
from tests.documents.builders import MONDAY
from tests.services.smtp import MailServer

WATCHER = "pengawas@diskominfo.example"


@pytest.fixture
def watched(desk: Desk) -> Desk:
    rules = desk.policies.alerts.model_copy(update={"heartbeat_mail": (WATCHER,)})
    return replace(desk, policies=desk.policies.model_copy(update={"alerts": rules}))


def test_a_mail_goes_out_once_a_day_and_says_how_many_alerts_are_open(watched: Desk, mail_server: MailServer) -> None:
    with watched.register.transaction() as session:
        alerts.raise_alert(session, Alert("space", "utama", "Hampir penuh.", "Tambah ruang."), MONDAY)
    for hours in (0, 1, 24):
        later = replace(watched, now=lambda hours=hours: MONDAY + timedelta(hours=hours))
        assert heartbeat_mail.beat(later)
    mails = mail_server.mails()
    assert [mail["To"] for mail in mails] == [WATCHER, WATCHER]
    assert "[Tanda hidup]" in mails[0]["Subject"]
    text = mails[0].get_body(("plain",)).get_content()
    assert "Peringatan terbuka" in text
    assert "belum ada" in text


def test_nobody_to_tell_is_no_fault(desk: Desk, mail_server: MailServer) -> None:
    assert not heartbeat_mail.beat(desk)
    assert mail_server.mails() == []


def test_a_mail_server_that_is_away_is_an_error_and_the_mail_stays(watched: Desk, mail_server: MailServer) -> None:
    mail_server.switch_off()
    with pytest.raises(MailFailed, match="heartbeat"):
        heartbeat_mail.beat(watched)
    mail_server.switch_on()
    assert heartbeat_mail.beat(watched)
    assert len(mail_server.mails()) == 1
