"""Which documents leave the office, and when."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from cadangan.core.choices import ConfirmChoice, VerifyChoice
from cadangan.core.states import Result, Status, Step
from cadangan.documents import store
from cadangan.register import requests
from cadangan.register.models import Notice
from cadangan.steps import close, gates, intake
from tests.documents.reading import odf_text, pdf_text
from tests.steps.builders import NOW, answer, at, desk, gate, registered
from tests.steps.test_close import approved, reported
from tests.steps.test_gates import asked
from tests.steps.test_told import documents, failed


@pytest.fixture
def here(tmp_path):
    return desk(tmp_path)


def attached(here, number, kind, recipient=""):
    """The kinds and texts of what is attached to the newest mail of a kind."""
    with here.register.reading() as session:
        request = requests.by_number(session, number)
        rows = session.scalars(select(Notice).where(Notice.kind == kind).order_by(Notice.id))
        notice = [row for row in rows if recipient in " ".join(row.recipients)][-1]
        rows = [row for row in request.documents if row.name in notice.attachments]
        read = {row.name: store.read(row, here.documents()) for row in rows}
        texts = [pdf_text(read[name]) if name.endswith(".pdf") else odf_text(read[name]) for name in read]
        return {row.kind for row in rows}, texts


def stored(here, number):
    with here.register.reading() as session:
        return {row.kind for row in requests.by_number(session, number).documents}


def test_the_requester_gets_a_receipt_once_however_often_the_task_runs(here):
    number = registered(here)
    intake.acknowledge(here, number)
    intake.acknowledge(at(here, NOW + timedelta(minutes=5)), number)
    kinds, texts = attached(here, number, "received")
    assert kinds == {"receipt"}
    assert all("TANDA TERIMA" in text and number in text for text in texts)
    with here.register.reading() as session:
        assert len(session.scalars(select(Notice).where(Notice.kind == "received")).all()) == 1


@pytest.mark.parametrize(
    ("choice", "words"), [(VerifyChoice.RETURN, "kami kembalikan"), (VerifyChoice.REJECT, "belum dapat kami penuhi")]
)
def test_a_request_that_is_not_taken_is_answered_with_a_letter(here, choice, words):
    number = asked(here)
    gates.ask(here, gate(number, Step.VERIFY))
    gates.decide(here, gate(number, Step.VERIFY), answer("kabid", choice, note="Surat belum ditandatangani"))
    close.conclude(here, number)
    kinds, texts = attached(here, number, "concluded")
    assert kinds == {"reply"}
    assert all(words in text and "Surat belum ditandatangani" in text for text in texts)


def test_a_conforming_result_is_sent_with_its_minutes_both_masked(here):
    number = reported(here)
    gates.decide(here, gate(number, Step.CONFIRM), answer("skpd", ConfirmChoice.CONFORMS))
    close.conclude(here, number)
    kinds, texts = attached(here, number, "concluded")
    assert kinds == {"report_public", "minutes_public"}
    assert stored(here, number) >= {"report", "minutes"}
    assert all("Salinan dengan penyamaran" in text and "srv-kepegawaian" not in text for text in texts)
    for text in documents(here, number, "minutes"):
        assert "telah dikonfirmasi Sesuai oleh" in text


def test_what_the_requesting_office_gets_of_a_failure_has_no_technical_annex(here):
    number = failed(here)
    assert all("Rincian Teknis" in text for text in documents(here, number, "report"))
    gates.ask(here, gate(number, Step.CONFIRM))
    gates.decide(here, gate(number, Step.CONFIRM), answer("skpd", ConfirmChoice.CONFORMS))
    close.conclude(here, number)
    kinds, texts = attached(here, number, "concluded")
    assert kinds == {"report_public"}
    assert "minutes" not in stored(here, number)
    for text in texts:
        assert "Rincian Teknis" not in text
        assert "Cannot connect" not in text
        assert "127.0.0.1" not in text


def test_at_the_confirmation_the_section_reads_all_of_the_report_and_the_skpd_the_masked_one(here):
    number = failed(here)
    gates.ask(here, gate(number, Step.CONFIRM))
    gates.tell_deciders(here, gate(number, Step.CONFIRM), "https://airflow.example/gate")
    assert attached(here, number, "gate_opened", "kasi@")[0] == {"report"}
    kinds, texts = attached(here, number, "gate_opened", "dewi@")
    assert kinds == {"report_public"}
    assert all("Cannot connect" not in text for text in texts)


def test_a_result_that_turned_bad_after_its_minutes_is_not_sent_with_them(here):
    number = reported(here)
    gates.decide(here, gate(number, Step.CONFIRM), answer("skpd", ConfirmChoice.CONFORMS))
    close.conclude(here, number)
    gates.ask(here, gate(number, Step.CONFIRM))
    with here.register.transaction() as session:
        request = requests.by_number(session, number)
        requests.set_item_result(session, request.items[0].id, Result.FAILED, error="", at=here.now())
    gates.decide(here, gate(number, Step.CONFIRM), answer("skpd", ConfirmChoice.CONFORMS))
    close.conclude(here, number)
    with here.register.reading() as session:
        assert requests.by_number(session, number).status == Status.FAILED
    assert attached(here, number, "concluded")[0] == {"report_public"}


def test_a_cancelled_request_is_told_without_a_document(here):
    number = approved(here)
    with here.register.transaction() as session:
        request = requests.by_number(session, number)
        requests.change_status(session, request, Status.CANCELLED, actor="uji", why="ditarik", now=here.now())
    close.conclude(here, number)
    assert attached(here, number, "concluded") == (set(), [])
