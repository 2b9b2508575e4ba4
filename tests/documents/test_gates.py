import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from cadangan.core.choices import CHOICES
from cadangan.core.states import Result, Step
from cadangan.documents import gates
from cadangan.register.models import Request
from tests.documents import builders
from tests.documents.test_safety import ANY_TEXT, HOSTILE

SOP, ASSETS = builders.sop(), builders.assets()
GATES = {Step.VERIFY: builders.request, Step.PLAN: builders.planned, Step.CONFIRM: builders.executed}


def html(step: Step, request: Request) -> str:
    body = gates.body(step, request, builders.after(15), SOP, ASSETS)
    return MarkdownIt("commonmark").enable("table").render(body)


@pytest.mark.parametrize("step", GATES)
def test_a_gate_says_who_asks_when_the_answer_is_due_and_what_each_choice_does(step: Step) -> None:
    text = html(step, GATES[step]())
    assert "Batas jawaban: Senin, 23 November 2026 pukul 09.15 WIB" in text
    assert "Badan Kepegawaian dan Pengembangan Sumber Daya Manusia" in text
    assert SOP.roles[str(SOP.steps[step].role)].label in text
    for choice in CHOICES[step]:
        assert f"<strong>{choice}</strong> – " in text


def test_the_verifier_sees_what_the_inspection_found() -> None:
    blocked = builders.inspection(blockers=["Akun tidak boleh membaca tabel `gaji`|x"])
    text = html(Step.VERIFY, builders.request(items=[builders.item(inspection=blocked)]))
    assert "<td><strong>ada halangan</strong></td>" in text
    assert "<strong>Halangan, simpeg:</strong> Akun tidak boleh membaca tabel `gaji`|x" in text
    assert "rencana tidak dapat disetujui" in text
    assert "<td>1,4 GB</td>" in text
    assert "<td>48</td>" in text


def test_the_verifier_sees_what_the_letter_asked_for() -> None:
    text = html(Step.VERIFY, builders.request(form=builders.form(items=["kepegawaian"])))
    assert "<td>kepegawaian</td>" in text


def test_an_inspection_without_its_usual_keys_is_shown_as_far_as_it_goes() -> None:
    text = html(
        Step.VERIFY, builders.request(items=[builders.item(inspection={"blockers": ["Tidak dapat diperiksa"]})])
    )
    assert "Tidak dapat diperiksa" in text
    assert "belum diperiksa" in html(Step.VERIFY, builders.request(items=[builders.item(inspection={})]))


def test_the_planner_sees_the_plan() -> None:
    text = html(Step.PLAN, builders.planned())
    for fact in ("pg_dump 15.6", "6 menit", "512 GB", "90 hari", "Agus Hidayat", "Agar segera dilaksanakan."):
        assert fact in text


def test_the_confirmer_sees_the_result_of_every_item() -> None:
    failed = builders.item(position=2, asset="absensi", result=Result.FAILED, error="Server berhenti.")
    done = builders.item(result=Result.SUCCEEDED, backups=[builders.backup()])
    text = html(Step.CONFIRM, builders.executed(items=[done, failed], result=Result.PARTIAL))
    for fact in ("Berhasil sebagian", "150.554", "287,7 MB", "<strong>absensi:</strong> Server berhenti."):
        assert fact in text
    assert "<strong>Uji pulih simpeg:</strong> tidak dijalankan – Belum dijalankan." in text


def test_not_conforming_repeats_once_and_ends_the_second_time() -> None:
    assert "diulang satu kali" in html(Step.CONFIRM, builders.executed())
    second = builders.executed(steps=[builders.step_time("confirm", 90, 105, None, round=2)])
    assert "ditutup sebagai gagal dengan catatan" in html(Step.CONFIRM, second)


def test_accepting_a_total_failure_is_not_called_done() -> None:
    text = html(Step.CONFIRM, builders.executed(items=[builders.item(result=Result.FAILED)], result=Result.FAILED))
    assert "ditutup sebagai selesai" not in text


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(list(GATES)), st.one_of(HOSTILE, ANY_TEXT))
def test_no_value_changes_the_structure_of_a_gate(step: Step, text: str) -> None:
    value = f"x{text}"

    def shape(word: str) -> list[str]:
        item = builders.item(inspection=builders.inspection(warnings=[word]), error=word)
        request = GATES[step](form=builders.form(purpose=word, requester_name=word), items=[item])
        parser = MarkdownIt("commonmark").enable("table")
        tokens = parser.parse(gates.body(step, request, None, SOP, ASSETS))
        return [token.type for token in tokens] + [
            child.type for token in tokens for child in token.children or [] if not child.type.startswith("text")
        ]

    assert shape(value) == shape("x")


@given(ANY_TEXT)
def test_the_heading_is_one_line(skpd: str) -> None:
    subject = gates.subject(Step.PLAN, builders.request(form=builders.form(skpd=skpd)), SOP)
    assert subject == "Persetujuan rencana – BR-2026-00001"
    assert gates.subject(Step.VERIFY, builders.request(), SOP) == "Verifikasi permohonan – BR-2026-00001 – BKPSDM"
