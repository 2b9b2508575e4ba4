"""Who may answer which gate, and what an answer leads to."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from cadangan.core.choices import PlanChoice, VerifyChoice
from cadangan.core.states import Status, Step
from cadangan.errors import AnswerRefused, ApprovalMissing
from cadangan.register import decisions, requests
from cadangan.register.models import AuditEntry, Notice
from cadangan.steps import gates, plan, verify
from tests.documents import builders
from tests.steps.builders import NOW, answer, at, desk, gate, registered

APPROVE = VerifyChoice.APPROVE
TICKS = {"time": True, "personnel": True, "facilities": True, "executors": ["dc"], "start": None, "note": ""}


@pytest.fixture
def here(tmp_path):
    return desk(tmp_path)


def asked(here, **changes):
    """The number of a request whose verification gate is open."""
    number = registered(here, **changes)
    verify.inspect(here, number)
    gates.ask(here, gate(number, Step.VERIFY))
    return number


def forbidding(here, whom):
    """The desk of an SOP that keeps someone from verifying."""
    steps = here.sop.steps
    rule = steps[Step.VERIFY].model_copy(update={"forbid": (whom,)})
    return replace(here, sop=here.sop.model_copy(update={"steps": steps | {Step.VERIFY: rule}}))


def status(here, number):
    with here.register.transaction() as session:
        return requests.by_number(session, number).status


def refusals(here, number):
    with here.register.transaction() as session:
        rows = session.scalars(select(AuditEntry).where(AuditEntry.subject == number)).all()
        return [row for row in rows if "refused" in row.action]


def mails(here, kind):
    with here.register.transaction() as session:
        return [(row.recipients, row.text) for row in session.scalars(select(Notice).where(Notice.kind == kind))]


def test_an_officer_of_the_role_decides(here):
    number = asked(here)
    assert gates.decide(here, gate(number, Step.VERIFY), answer("kabid", APPROVE)) is APPROVE
    assert status(here, number) == Status.VERIFIED


@pytest.mark.parametrize("user", ["kasi", "dc", "skpd", "orang.luar", ""])
def test_an_answer_from_outside_the_role_is_refused_audited_and_told(here, user):
    number = asked(here)
    with pytest.raises(AnswerRefused, match="tidak memegang peran"):
        gates.decide(here, gate(number, Step.VERIFY), answer(user, APPROVE))
    assert status(here, number) == Status.SUBMITTED
    assert [row.actor for row in refusals(here, number)] == [user]
    with here.register.transaction() as session:
        assert decisions.latest(session, requests.by_number(session, number), Step.VERIFY, 1) is None


def test_the_person_whose_answer_did_not_count_gets_a_mail_that_says_why(here):
    number = asked(here)
    with pytest.raises(AnswerRefused):
        gates.decide(here, gate(number, Step.VERIFY), answer("kasi", APPROVE))
    ((recipients, text),) = mails(here, "answer_refused")
    assert recipients == ["kasi@diskominfo.example"]
    assert "tidak memegang peran Kepala Bidang Aplikasi Informatika" in " ".join(text.split())


def test_a_log_in_that_is_nobodys_gets_its_mail_at_the_office_domain(here):
    number = asked(here)
    with pytest.raises(AnswerRefused):
        gates.decide(here, gate(number, Step.VERIFY), answer("tamu", APPROVE))
    ((recipients, _),) = mails(here, "answer_refused")
    assert recipients == ["tamu@diskominfo.example"]


@pytest.mark.parametrize(
    "changes", [{"requester_nip": builders.KABID_NIP}, {"requester_email": "KABID@diskominfo.example"}]
)
def test_the_requester_does_not_verify(here, changes):
    here = forbidding(here, "requester")
    number = asked(here, **changes)
    with pytest.raises(AnswerRefused, match="adalah pemohon"):
        gates.decide(here, gate(number, Step.VERIFY), answer("kabid", APPROVE))
    assert status(here, number) == Status.SUBMITTED


def test_who_entered_the_letter_does_not_verify_it(here):
    here = forbidding(here, "recorder")
    number = asked(here, recorded_by="kabid")
    with pytest.raises(AnswerRefused, match="mencatat permohonan ini"):
        gates.decide(here, gate(number, Step.VERIFY), answer("kabid", APPROVE))


@pytest.mark.parametrize(
    ("choice", "ends_as"),
    [(VerifyChoice.RETURN, Status.RETURNED), (VerifyChoice.REJECT, Status.REJECTED)],
)
def test_a_refusal_needs_a_reason(here, choice, ends_as):
    number = asked(here)
    with pytest.raises(AnswerRefused, match="wajib disertai alasan"):
        gates.decide(here, gate(number, Step.VERIFY), answer("kabid", choice, note="  "))
    gates.decide(here, gate(number, Step.VERIFY), answer("kabid", choice, note="Lampiran belum ada"))
    assert status(here, number) == ends_as


@pytest.mark.parametrize("choice", ["", "Approve", "Sesuai"])
def test_a_choice_of_no_such_name_is_refused(here, choice):
    number = asked(here)
    with pytest.raises(AnswerRefused, match="tidak ada pada gerbang ini"):
        gates.decide(here, gate(number, Step.VERIFY), answer("kabid", choice))


def test_the_deciders_are_mailed_once_each_with_the_link(here):
    number = asked(here)
    for _ in range(2):
        gates.tell_deciders(here, gate(number, Step.VERIFY), "http://airflow.example/gate")
    ((recipients, text),) = mails(here, "gate_opened")
    assert recipients == ["kabid@diskominfo.example"]
    assert "http://airflow.example/gate" in text


def prepared(here, number, step):
    return gates.prepared(here, gate(number, step))


def test_a_gate_is_prepared_once_its_step_has_begun_and_a_plan_is_there_to_approve(here):
    number = asked(here)
    assert [prepared(here, number, step) for step in gates.ASKING] == [True, False, False]
    gates.decide(here, gate(number, Step.VERIFY), answer("kabid", APPROVE))
    verify.dispose(here, number)
    assert not prepared(here, number, Step.PLAN)
    plan.draft(here, number)
    assert [prepared(here, number, step) for step in gates.ASKING] == [True, True, False]


def test_an_opened_gate_tells_who_asks_for_what_and_when_the_answer_is_due(here):
    number = registered(here)
    verify.inspect(here, number)
    question = gates.ask(here, gate(number, Step.VERIFY))
    for part in (number, "simpeg", "09.15", "Tidak dapat diperiksa", "Kembalikan untuk perbaikan"):
        assert part in (question.subject + question.body).replace("\\", "")


def planned(here):
    """The number of a request whose plan gate is open; its database cannot be reached."""
    number = asked(here)
    gates.decide(here, gate(number, Step.VERIFY), answer("kabid", APPROVE))
    verify.dispose(here, number)
    plan.draft(here, number)
    return number


def without_blockers(here, number):
    with here.register.transaction() as session:
        for item in requests.by_number(session, number).items:
            item.inspection = {"warnings": [], "blockers": []}
    gates.ask(here, gate(number, Step.PLAN))
    return number


@pytest.mark.parametrize("missing", ["time", "personnel", "facilities"])
def test_a_plan_is_not_approved_while_a_precondition_of_the_sop_is_not_ticked(here, missing):
    number = without_blockers(here, planned(here))
    with pytest.raises(AnswerRefused, match="Prasyarat"):
        gates.decide(here, gate(number, Step.PLAN), answer("kasi", PlanChoice.APPROVE, **TICKS | {missing: False}))


def test_a_plan_is_not_approved_while_a_target_cannot_be_dumped(here):
    number = planned(here)
    gates.ask(here, gate(number, Step.PLAN))
    with pytest.raises(AnswerRefused, match="masih ada halangan"):
        gates.decide(here, gate(number, Step.PLAN), answer("kasi", PlanChoice.APPROVE, **TICKS))


@pytest.mark.parametrize(
    ("changes", "part"),
    [
        ({"start": "besok"}, "bukan waktu"),
        ({"start": "2026-11-20T20:00:00+07:00"}, "sudah lewat"),
        ({"start": "2999-01-01T00:00:00+07:00"}, "di luar kalender kerja"),
        ({"executors": ["kabid"]}, "Bukan personil"),
        ({"executors": []}, "sedikitnya satu"),
    ],
)
def test_the_planners_schedule_and_personnel_are_checked(here, changes, part):
    number = without_blockers(here, planned(here))
    with pytest.raises(AnswerRefused, match=part):
        gates.decide(here, gate(number, Step.PLAN), answer("kasi", PlanChoice.APPROVE, **TICKS | changes))


def test_the_planners_schedule_becomes_the_frozen_plans(here):
    number = without_blockers(here, planned(here))
    form = TICKS | {"start": "2026-11-23T20:00:00+07:00", "note": "Malam hari"}
    gates.decide(here, gate(number, Step.PLAN), answer("kasi", PlanChoice.APPROVE, **form))
    assert plan.freeze(here, number) == plan.freeze(here, number)
    with here.register.transaction() as session:
        request = requests.by_number(session, number)
        (row,) = request.plans
        step = next(step for step in request.steps if step.step == Step.EXECUTE)
        assert row.frozen_at is not None
        assert '"start":"2026-11-23T13:00:00Z"' in row.body
        assert '"note":"Malam hari"' in row.body
        assert step.started_at.isoformat() == "2026-11-23T13:00:00+00:00"
        assert request.status == Status.PLANNED


def test_a_gate_that_is_opened_again_voids_what_was_decided(here):
    number = without_blockers(here, planned(here))
    gates.decide(here, gate(number, Step.PLAN), answer("kasi", PlanChoice.APPROVE, **TICKS))
    assert gates.standing(here, gate(number, Step.PLAN)) is PlanChoice.APPROVE
    later = at(here, NOW + timedelta(minutes=5))
    gates.ask(later, gate(number, Step.PLAN))
    assert gates.standing(here, gate(number, Step.PLAN)) is None
    with pytest.raises(ApprovalMissing, match="no approved plan"):
        plan.freeze(later, number)
    gates.ask(later, gate(number, Step.VERIFY))
    assert status(here, number) == Status.SUBMITTED
