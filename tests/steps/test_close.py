"""How a request ends, and that its run tells the truth."""

import pytest
from sqlalchemy import text

from cadangan.core.choices import ConfirmChoice, PlanChoice, VerifyChoice
from cadangan.core.states import Paper, Result, Status, Step
from cadangan.errors import AnswerRefused, ApprovalMissing, RequestFailed, StateConflict
from cadangan.register import notices, requests
from cadangan.steps import close, confirm, execute, files, gates, plan, verify
from tests.steps.builders import answer, desk, gate, registered
from tests.steps.test_gates import TICKS, status, without_blockers

# Written beside the way.
BESIDE = [Paper.RECEIPT, Paper.DISPOSITION, Paper.PLAN]


@pytest.fixture
def here(tmp_path):
    return desk(tmp_path)


def approved(here, **changes):
    """The number of a request whose plan is frozen."""
    number = registered(here, **changes)
    verify.inspect(here, number)
    gates.ask(here, gate(number, Step.VERIFY))
    gates.decide(here, gate(number, Step.VERIFY), answer("kabid", VerifyChoice.APPROVE))
    verify.dispose(here, number)
    plan.draft(here, number)
    without_blockers(here, number)
    gates.decide(here, gate(number, Step.PLAN), answer("kasi", PlanChoice.APPROVE, **TICKS))
    plan.freeze(here, number)
    return number


def set_result(here, number, result):
    with here.register.transaction() as session:
        request = requests.by_number(session, number)
        for item in request.items:
            requests.set_item_result(session, item.id, result, error="", at=here.now())
        requests.change_status(session, request, Status.EXECUTING, actor="uji", why="uji", now=here.now())


def reported(here, result=Result.SUCCEEDED, **changes):
    """The number of a request whose confirmation gate is open."""
    number = approved(here, **changes)
    set_result(here, number, result)
    assert confirm.report(here, number, 1)
    gates.ask(here, gate(number, Step.CONFIRM))
    return number


def item_of(here, number):
    with here.register.reading() as session:
        (item,) = requests.by_number(session, number).items
        return item.id, item.result


def ended(here, number):
    close.conclude(here, number)
    return status(here, number)


def deliver(here, number):
    """What the mail task does once the mail server has taken everything."""
    with here.register.transaction() as session:
        for notice in notices.pending(session, requests.by_number(session, number).id):
            notices.mark_sent(session, notice.id, here.now())


def delivered(here):
    """The number of a request that ended well and whose requester was told; nothing was written beside its way."""
    number = reported(here)
    gates.decide(here, gate(number, Step.CONFIRM), answer("skpd", ConfirmChoice.CONFORMS))
    assert ended(here, number) == Status.DONE
    deliver(here, number)
    return number


def test_a_conforming_result_ends_the_request_as_done(here):
    number = delivered(here)
    for paper in BESIDE:
        files.write(here, number, paper)
    close.check(here, number)


@pytest.mark.parametrize("lost", BESIDE)
def test_a_request_that_lacks_a_document_is_not_green(here, lost):
    number = delivered(here)
    for paper in set(BESIDE) - {lost}:
        files.write(here, number, paper)
    with pytest.raises(RequestFailed, match=f"SELESAI, but these documents are missing: {lost}"):
        close.check(here, number)
    assert status(here, number) == Status.DONE


def test_a_request_whose_requester_could_not_be_told_is_not_green(here):
    number = reported(here)
    gates.decide(here, gate(number, Step.CONFIRM), answer("skpd", ConfirmChoice.CONFORMS))
    assert ended(here, number) == Status.DONE
    with here.register.transaction() as session:
        for notice in notices.pending(session, requests.by_number(session, number).id):
            assert notices.claim(session, notice.id, here.now())
            notices.mark_failed(session, notice.id, here.now(), "connection refused")
    with pytest.raises(RequestFailed, match=r"ended as SELESAI.*could not be told: connection refused.*clear the task"):
        close.check(here, number)
    assert status(here, number) == Status.DONE


def test_a_conforming_answer_does_not_make_a_failed_item_good(here):
    number = reported(here, Result.FAILED)
    gates.decide(here, gate(number, Step.CONFIRM), answer("skpd", ConfirmChoice.CONFORMS))
    assert ended(here, number) == Status.FAILED
    deliver(here, number)
    with pytest.raises(RequestFailed, match=r"ended as GAGAL"):
        close.check(here, number)


def test_an_item_that_never_ran_is_reported_as_failed(here):
    number = approved(here)
    assert confirm.report(here, number, 1)
    assert item_of(here, number)[1] == Result.FAILED


def test_a_request_that_was_not_concluded_is_not_green(here):
    number = reported(here)
    gates.decide(here, gate(number, Step.CONFIRM), answer("skpd", ConfirmChoice.CONFORMS))
    with pytest.raises(RequestFailed, match="not concluded"):
        close.check(here, number)


def test_reopening_the_confirmation_of_a_good_request_keeps_its_result(here):
    number = reported(here)
    gates.decide(here, gate(number, Step.CONFIRM), answer("skpd", ConfirmChoice.CONFORMS))
    assert ended(here, number) == Status.DONE
    gates.ask(here, gate(number, Step.CONFIRM))
    gates.decide(here, gate(number, Step.CONFIRM), answer("skpd", ConfirmChoice.CONFORMS, note="Tetap"))
    assert ended(here, number) == Status.DONE


def test_a_confirmation_that_was_voided_does_not_close_the_request(here):
    number = reported(here)
    gates.decide(here, gate(number, Step.CONFIRM), answer("skpd", ConfirmChoice.CONFORMS))
    gates.ask(here, gate(number, Step.CONFIRM))
    assert ended(here, number) == Status.FAILED


def test_a_confirmation_written_by_hand_does_not_close_the_request(here):
    number = reported(here)
    with here.register.transaction() as session:
        session.execute(
            text(
                "INSERT INTO decision (request_id, step, round, choice, note, form, by_user, by_name, by_nip, by_role,"
                " at, audit_seq) SELECT id, 'confirm', 1, 'Sesuai', '', '{}', 'skpd', 'x', '-', 'x',"
                " '2026-11-23 02:00:00', 9999 FROM request"
            )
        )
    assert ended(here, number) == Status.FAILED


def test_an_answer_to_a_gate_that_is_not_asking_is_refused(here):
    number = reported(here)
    set_result(here, number, Result.SUCCEEDED)
    with pytest.raises(AnswerRefused, match="tidak menunggu jawaban"):
        gates.decide(here, gate(number, Step.CONFIRM), answer("skpd", ConfirmChoice.CONFORMS))


def test_a_refused_letter_is_not_revived_by_its_gate(here):
    with pytest.raises(Exception, match="ditolak"):
        registered(here, items=["tidak ada"])
    with pytest.raises(StateConflict, match="refused at the register"):
        gates.ask(here, gate("BR-2026-00001", Step.VERIFY))


def test_a_dump_without_approval_leaves_a_finished_item_as_it_is(here):
    number = reported(here)
    gates.decide(here, gate(number, Step.CONFIRM), answer("skpd", ConfirmChoice.CONFORMS))
    ended(here, number)
    item_id, _ = item_of(here, number)
    with pytest.raises(StateConflict):
        execute.dump(here, number, item_id, 1)
    assert item_of(here, number) == (item_id, Result.SUCCEEDED)


def test_a_failed_request_whose_result_was_decided_on_is_not_dumped_again(here):
    number = reported(here, Result.FAILED)
    gates.decide(here, gate(number, Step.CONFIRM), answer("skpd", ConfirmChoice.CONFORMS))
    assert ended(here, number) == Status.FAILED
    with pytest.raises(ApprovalMissing, match="was decided on"):
        execute.dump(here, number, item_of(here, number)[0], 1)


def test_a_plan_that_was_drafted_anew_under_an_open_gate_is_not_approved(here):
    number = registered(here)
    verify.inspect(here, number)
    gates.ask(here, gate(number, Step.VERIFY))
    gates.decide(here, gate(number, Step.VERIFY), answer("kabid", VerifyChoice.APPROVE))
    verify.dispose(here, number)
    plan.draft(here, number)
    without_blockers(here, number)
    changed = here.policies.policies[0].model_copy(update={"retention_days": 1})
    other = type(here)(**here.__dict__ | {"policies": here.policies.model_copy(update={"policies": (changed,)})})
    plan.draft(other, number)
    with pytest.raises(AnswerRefused, match="disusun ulang"):
        gates.decide(here, gate(number, Step.PLAN), answer("kasi", PlanChoice.APPROVE, **TICKS))


def test_what_the_configuration_says_now_must_be_what_the_plan_says(here, tmp_path):
    number = approved(here)
    moved = here.policies.destinations[0].model_copy(update={"url": f"file://{tmp_path}/elsewhere"})
    other = type(here)(**here.__dict__ | {"policies": here.policies.model_copy(update={"destinations": (moved,)})})
    with pytest.raises(ApprovalMissing, match="changed since the plan"):
        execute.dump(other, number, item_of(here, number)[0], 1)
