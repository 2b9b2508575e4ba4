from cadangan.core.audit import Action
from cadangan.core.choices import PlanChoice, VerifyChoice
from cadangan.core.states import Step
from cadangan.register import audit, decisions, requests
from cadangan.register.session import Register
from tests.register.builders import decide, later, register_letter


def test_a_decision_and_its_audit_row_say_the_same(register: Register) -> None:
    with register.transaction() as session:
        request = register_letter(session)
        decision = decide(session, request, PlanChoice.APPROVE, note="setuju", plan_sha256="a" * 64)
        entry = audit.holds(session, decision.audit_seq)
    assert entry is not None
    assert (entry.action, entry.actor, entry.subject, entry.at) == (
        Action.DECIDED,
        "kasi",
        "BR-2026-00001",
        later(5),
    )
    assert entry.facts() == {**decisions.facts_of(decision, request.number), "plan_sha256": "a" * 64}
    assert entry.facts()["choice"] == "Setujui rencana"


def test_every_answer_is_kept_and_the_latest_counts(register: Register) -> None:
    with register.transaction() as session:
        request = register_letter(session)
        decide(session, request, VerifyChoice.RETURN, note="kurang", at=later(1))
        decide(session, request, VerifyChoice.APPROVE, at=later(2))
    with register.reading() as session:
        request = requests.by_number(session, request.number)
        assert [row.choice for row in request.decisions] == [VerifyChoice.RETURN, VerifyChoice.APPROVE]
        latest = decisions.latest(session, request, Step.VERIFY, 1)
        assert latest is not None
        assert latest.choice == VerifyChoice.APPROVE


def test_the_same_answer_told_twice_is_one_decision(register: Register) -> None:
    with register.transaction() as session:
        request = register_letter(session)
        first = decide(session, request, VerifyChoice.APPROVE)
        assert decide(session, request, VerifyChoice.APPROVE) is first
        assert decide(session, request, VerifyChoice.APPROVE, note="lain") is not first
        assert len(request.decisions) == 2


def test_a_step_without_an_answer_has_no_decision(register: Register) -> None:
    with register.transaction() as session:
        request = register_letter(session)
        decide(session, request, VerifyChoice.APPROVE)
        assert decisions.latest(session, request, Step.PLAN, 1) is None
        assert decisions.latest(session, request, Step.VERIFY, 2) is None


def test_a_note_with_characters_that_no_database_holds_is_recorded_all_the_same(register: Register) -> None:
    with register.transaction() as session:
        request = register_letter(session)
        assert decide(session, request, VerifyChoice.RETURN, note="a\x00\ud800").note == "a?"


def test_a_refused_answer_stands_in_the_audit_log_only(register: Register) -> None:
    with register.transaction() as session:
        request = register_letter(session)
        decisions.refuse_answer(session, request, step=Step.PLAN, by_user="dc", why="bukan peran", at=later(3))
        (entry,) = audit.about(session, request.number, Action.ANSWER_REFUSED)
        assert (entry.actor, entry.facts()) == ("dc", {"step": "plan", "why": "bukan peran"})
        assert request.decisions == []
