from html.parser import HTMLParser

import pytest
from hypothesis import given, settings

from cadangan.core.states import Result, Status, Step
from cadangan.documents import mails
from cadangan.documents.mails import Mail
from tests.documents import builders
from tests.documents.test_safety import ANY_TEXT

SOP = builders.sop()
KABID = SOP.people[0]
LINK = "https://airflow.example/dags/backup_request/runs/r/tasks/verify.gate/required_actions?x=1&y=2"


class Page(HTMLParser):
    """The text of a page, its links, and its elements."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.text, self.links, self.tags = "", [], []
        self.feed(html)
        self.text = " ".join(self.text.split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [value for name, value in attrs if name in ("href", "src") and value]

    def handle_data(self, data: str) -> None:
        self.text += f" {data}"


def both(mail: Mail) -> tuple[str, str]:
    return Page(mail.html).text, " ".join(mail.text.split())


def test_the_mail_of_a_gate_asks_by_name_and_links_to_it() -> None:
    mail = mails.gate_opened(builders.request(), Step.VERIFY, KABID, builders.after(15), LINK, SOP)
    assert mail.subject == "[Tahap 2] Memverifikasi dan mendisposisikan – BR-2026-00001"
    assert Page(mail.html).links == [LINK]
    for text in both(mail):
        for fact in (
            "Yth. Bapak/Ibu Kepala Bidang Aplikasi Informatika",
            "BR-2026-00001",
            "800/1234/BKPSDM",
            "15 menit",
            "Senin, 23 November 2026 pukul 09.15 WIB",
            LINK,
            "Dinas Komunikasi dan Informatika Kabupaten Cirebon",
        ):
            assert fact in text


def test_only_web_addresses_become_links() -> None:
    mail = mails.gate_opened(builders.request(), Step.VERIFY, KABID, None, "javascript:alert(1)", SOP)
    assert Page(mail.html).links == []


def test_a_refused_answer_says_why_and_who_may_answer() -> None:
    mail = mails.answer_refused(builders.request(), Step.VERIFY, "dc", "Bukan peran Anda.", [KABID], SOP)
    for text in both(mail):
        assert "Bukan peran Anda." in text
        assert "Drs. Bambang Sutrisno, M.Si., Kepala Bidang Aplikasi Informatika" in text
        assert "Yth. Bapak/Ibu Personil Data Center" in text


def test_a_stranger_whose_answer_was_refused_is_addressed_by_the_log_in() -> None:
    mail = mails.answer_refused(builders.request(), Step.VERIFY, "tamu", "Bukan peran Anda.", [], SOP)
    for text in both(mail):
        assert "Yth. Bapak/Ibu tamu" in text
        assert "belum ada pejabat yang dapat menjawab" in text


def test_a_refused_letter_gets_every_reason() -> None:
    reasons = ["NIP: harus 18 angka.", "Basis data: “simpg” tidak ada; yang paling mirip: simpeg."]
    form = builders.form(items="simpg", letter_date=None, requester_position=None)
    mail = mails.request_refused(builders.request(status=Status.REJECTED, violations=reasons, form=form), SOP)
    for text in both(mail):
        assert all(reason in text for reason in reasons)


@pytest.mark.parametrize(
    ("status", "word", "sentence"),
    [
        (Status.DONE, "Selesai", "telah selesai dilaksanakan dan dikonfirmasi"),
        (Status.FAILED, "Gagal", "ditutup sebagai gagal"),
        (Status.REJECTED, "Ditolak", "belum dapat dipenuhi"),
        (Status.RETURNED, "Dikembalikan", "dikembalikan untuk diperbaiki"),
        (Status.CANCELLED, "Dibatalkan", "dibatalkan"),
    ],
)
def test_the_last_mail_tells_how_the_request_ended(status: Status, word: str, sentence: str) -> None:
    mail = mails.concluded(builders.confirmed(status=status, close_note="Catatan akhir."), SOP)
    assert mail.subject == f"[{word}] Permohonan Back-up (Pencadangan) Database – BR-2026-00001"
    for text in both(mail):
        assert sentence in text
        assert "Catatan akhir." in text
        assert ("150.554 baris" in text) is (status in (Status.DONE, Status.FAILED))


def test_a_failed_item_is_told_with_its_error_and_never_with_a_recovery_point() -> None:
    item = builders.item(result=Result.FAILED, error="Server berhenti.", backups=[builders.backup()])
    for text in both(mails.concluded(builders.confirmed("Belum sesuai", items=[item], result=Result.FAILED), SOP)):
        assert "Server berhenti." in text
        assert "Titik Pulih" not in text


def test_a_mail_needs_nothing_from_elsewhere_and_keeps_secrets() -> None:
    item = builders.item(result=Result.FAILED, error="password=r4h4sia")
    mail = mails.concluded(builders.confirmed(items=[item]), SOP)
    assert Page(mail.html).links == []
    assert not {"img", "script", "link", "iframe"} & set(Page(mail.html).tags)
    assert "r4h4sia" not in mail.html + mail.text


@settings(max_examples=60, deadline=None)
@given(ANY_TEXT)
def test_no_value_adds_a_line_to_the_subject_or_an_element_to_the_page(text: str) -> None:
    def tags(word: str) -> list[str]:
        request = builders.request(number=word, form=builders.form(letter_subject=word, skpd=word))
        mail = mails.gate_opened(request, Step.VERIFY, KABID, None, LINK, SOP)
        assert len(mail.subject.splitlines()) == 1
        return [tag for tag in Page(mail.html).tags if tag != "br"]

    assert tags(f"x{text}<b>") == tags("x")
