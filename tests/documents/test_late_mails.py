from datetime import timedelta

import pytest

from cadangan.documents import late_mails
from cadangan.documents.late_mails import Facts
from tests.documents import builders
from tests.documents.test_mails import LINK, SOP, Page, both

KABID = SOP.people[0]


def facts(**overrides: object) -> Facts:
    values = {"share": 100, "overrun": timedelta(minutes=7), "link": LINK, "named": ("Kepala Dinas", KABID.position)}
    return Facts(**values | overrides)


def verification(**overrides: object):
    step = builders.step_time("verify", 0, 15, None, **overrides)
    builders.request(steps=[step])
    return step


def test_the_mail_of_a_breach_says_what_was_due_when_and_how_late_it_is() -> None:
    mail = late_mails.step_late(verification(), KABID, facts(), SOP)
    assert mail.subject == "[Keterlambatan] Tahap 2 Memverifikasi dan mendisposisikan – BR-2026-00001"
    assert Page(mail.html).links == [LINK]
    for text in both(mail):
        for fact in (
            "Yth. Bapak/Ibu Kepala Bidang Aplikasi Informatika di Tempat",
            "telah melampaui standar waktu (mutu baku)",
            "BR-2026-00001",
            "800/1234/BKPSDM",
            "Bidang Aptika",
            "15 menit",
            "Senin, 23 November 2026 pukul 09.00 WIB",
            "Senin, 23 November 2026 pukul 09.15 WIB",
            "7 menit (pada jam kerja, hingga surel ini disusun)",
            "alasan keterlambatan",
            "Tembusan",
            "Kepala Dinas",
            LINK,
        ):
            assert fact in text


@pytest.mark.parametrize("share", [50, 75])
def test_the_mail_before_the_breach_asks_to_act_in_time(share: int) -> None:
    mail = late_mails.step_late(verification(), KABID, facts(share=share, named=(KABID.position,)), SOP)
    assert mail.subject.startswith(f"[{share} % waktu terpakai] Tahap 2 ")
    for text in both(mail):
        assert f"{share} % dari standar waktu" in text
        assert "sebelum batas waktu" in text
        assert "Keterlambatan" not in text
        assert "Tembusan" not in text


def test_the_mail_about_an_urgent_request_counts_around_the_clock() -> None:
    step = builders.step_time("verify", 0, 15, None)
    builders.request(steps=[step], form=builders.form(urgent=True))
    for text in both(late_mails.step_late(step, KABID, facts(), SOP)):
        assert "7 menit (24 jam sehari, hingga surel ini disusun)" in text


def test_the_mail_about_a_silent_watcher_says_since_when_and_what_to_look_at() -> None:
    mail = late_mails.watcher_silent(KABID, builders.after(3), SOP)
    for text in both(mail):
        assert "Senin, 23 November 2026 pukul 09.03 WIB" in text
        assert "triggerer" in text
