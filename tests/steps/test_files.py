"""Documents are written beside the acts that they tell of, and tell what the register said last."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from cadangan.core.choices import ConfirmChoice, VerifyChoice
from cadangan.core.states import Paper, Result, Status, Step
from cadangan.documents import render, store
from cadangan.errors import CadanganError
from cadangan.register import requests
from cadangan.register.models import Notice
from cadangan.steps import confirm, files, gates, verify
from tests.documents.reading import odf_text
from tests.steps.builders import NOW, answer, at, desk, gate
from tests.steps.test_close import approved, reported, set_result
from tests.steps.test_gates import planned, status

LINK = "http://airflow.example/gate"


@pytest.fixture
def here(tmp_path):
    return desk(tmp_path)


@pytest.fixture
def no_folder(tmp_path):
    """A file lies where the documents' folder should be."""
    (tmp_path / "documents").write_text("bukan folder")


def papers(here, number):
    with here.register.reading() as session:
        return {Path(row.name).stem.rpartition("-")[2] for row in requests.by_number(session, number).documents}


def text_of(here, number, paper):
    with here.register.reading() as session:
        rows = requests.by_number(session, number).documents
        (row,) = [row for row in rows if row.kind == paper and row.name.endswith(".fodt")]
        return odf_text(store.read(row, here.documents()))


def attached(here):
    """What the mails to deciders carry, in the order in which they were written."""
    with here.register.reading() as session:
        rows = session.scalars(select(Notice).where(Notice.kind == "gate_opened").order_by(Notice.id))
        return [row.attachments for row in rows]


def test_the_acts_leave_the_documents_to_tasks_beside_them(here):
    number = approved(here)
    assert papers(here, number) == set()
    for paper in (Paper.DISPOSITION, Paper.PLAN):
        files.write(here, number, paper)
    assert papers(here, number) == {"disposisi", "v1"}


def test_a_document_that_cannot_be_written_undoes_nothing(here, no_folder):
    number = approved(here)
    with pytest.raises(CadanganError, match="documents"):
        files.write(here, number, Paper.PLAN)
    assert status(here, number) == Status.PLANNED
    assert papers(here, number) == set()


def test_other_tasks_write_to_the_register_while_a_document_is_rendered(here, monkeypatch):
    number = approved(here)
    rendered = render.plan

    def meanwhile(*args):
        set_result(here, number, Result.SUCCEEDED)
        return rendered(*args)

    monkeypatch.setattr(render, "plan", meanwhile)
    files.write(here, number, Paper.PLAN)
    assert status(here, number) == Status.EXECUTING
    assert papers(here, number) == {"v1"}


def test_of_two_that_write_a_document_the_later_look_prevails(here, monkeypatch):
    number = reported(here)
    rendered = render.report

    def slowly(*args):
        editions = rendered(*args)
        monkeypatch.setattr(render, "report", rendered)
        gates.decide(here, gate(number, Step.CONFIRM), answer("skpd", ConfirmChoice.CONFORMS, note="Sudah lengkap"))
        files.write(at(here, NOW + timedelta(seconds=1)), number, Paper.REPORT)
        return editions

    monkeypatch.setattr(render, "report", slowly)
    files.write(here, number, Paper.REPORT)
    assert "Sudah lengkap" in text_of(here, number, Paper.REPORT)


def test_a_document_on_what_was_done_before_does_not_stand_for_what_is_done_anew(here):
    number = reported(here, Result.FAILED)
    files.write(here, number, Paper.REPORT)
    set_result(here, number, Result.SUCCEEDED)
    assert confirm.report(here, number, 1)
    assert papers(here, number) == set()


def test_a_routing_slip_on_a_verification_that_was_voided_does_not_stand(here):
    number = planned(here)
    files.write(here, number, Paper.DISPOSITION)
    gates.ask(here, gate(number, Step.VERIFY))
    gates.decide(here, gate(number, Step.VERIFY), answer("kabid", VerifyChoice.APPROVE))
    verify.dispose(here, number)
    assert papers(here, number) == set()


def test_a_gate_that_asks_anew_mails_its_document_whether_or_not_a_task_has_written_it(here):
    number = planned(here)
    gates.tell_deciders(here, gate(number, Step.PLAN), LINK)
    gates.tell_again(here, gate(number, Step.PLAN), LINK, "/2")
    gates.tell_again(here, gate(number, Step.PLAN), LINK, "/3")
    assert attached(here) == [[], [f"{number}-disposisi.pdf"], [f"{number}-disposisi.pdf"]]


def test_the_deciders_are_told_also_without_the_document(here, no_folder):
    number = planned(here)
    gates.tell_again(here, gate(number, Step.PLAN), LINK, "/2")
    assert attached(here) == [[]]
