"""An act is approved in one way only; every way around it is refused."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from cadangan.core.audit import Entry, canonical
from cadangan.core.choices import ConfirmChoice, PlanChoice, VerifyChoice
from cadangan.core.plan import Plan
from cadangan.core.states import Status, Step
from cadangan.errors import ApprovalMissing
from cadangan.register import audit, decisions, plans, requests
from cadangan.register.approval import require_approval
from cadangan.register.models import Request
from cadangan.register.session import Register
from tests.register.builders import (
    NOW,
    approve_plan,
    decide,
    freeze_current,
    later,
    make_plan,
    move,
    planned,
    planned_request,
    register_letter,
    without_guard,
)

NUMBER = "BR-2026-00001"
# When the dump would run.
ACT = later(30)


@pytest.fixture
def approved(register: Register) -> Register:
    """A register with one request whose dump may run."""
    with register.transaction() as session:
        planned_request(session)
    return register


def _ask(register: Register, *, round_no: int = 1, now: datetime = ACT, item: int = 0, of: str = NUMBER) -> Plan:
    with register.reading() as session:
        item_id = requests.by_number(session, of).items[item].id
        return require_approval(session, NUMBER, item_id, round_no, now)


def _change(register: Register, *statements: str, **values: object) -> None:
    with register.transaction() as session:
        without_guard(session)
        for statement in statements:
            session.execute(text(statement), values)


def _request(session: Session) -> Request:
    return requests.by_number(session, NUMBER)


def test_an_approved_plan_covers_each_of_its_items(approved: Register) -> None:
    plan = _ask(approved)
    assert (plan.request_no, plan.version) == (NUMBER, 1)
    assert _ask(approved, item=1) == plan


def test_it_still_covers_them_once_execution_began_and_after_other_requests(approved: Register) -> None:
    with approved.transaction() as session:
        move(session, _request(session), Status.EXECUTING)
        planned_request(session, "run-2")
    assert _ask(approved).request_no == NUMBER


@pytest.mark.parametrize(
    "steps",
    [
        (),
        (VerifyChoice.APPROVE,),
        (VerifyChoice.RETURN, "plan"),
        ("plan",),
    ],
)
def test_a_gate_that_was_not_passed_denies(register: Register, steps: tuple[VerifyChoice | str, ...]) -> None:
    with register.transaction() as session:
        request = register_letter(session)
        for step in steps:
            if isinstance(step, VerifyChoice):
                decide(session, request, step, by_user="kabid")
            else:
                approve_plan(session, request)
        move(session, request, Status.VERIFIED, Status.DISPOSED, Status.PLANNED)
    with pytest.raises(ApprovalMissing, match="answer that step's gate first"):
        _ask(register)


def test_a_draft_that_was_never_frozen_denies(register: Register) -> None:
    with register.transaction() as session:
        request = register_letter(session)
        decide(session, request, VerifyChoice.APPROVE, by_user="kabid")
        row = plans.save_draft(session, request, make_plan(request), at=later(1))
        decide(session, request, PlanChoice.APPROVE, plan_sha256=row.sha256)
        move(session, request, Status.VERIFIED, Status.DISPOSED, Status.PLANNED)
    with pytest.raises(ApprovalMissing, match="not frozen under the latest approval"):
        _ask(register)


def test_a_request_without_a_plan_row_denies(approved: Register) -> None:
    _change(approved, "DELETE FROM plan")
    with pytest.raises(ApprovalMissing, match="has no plan"):
        _ask(approved)


def test_an_unknown_request_denies(register: Register) -> None:
    with register.reading() as session, pytest.raises(ApprovalMissing, match="not in the register"):
        require_approval(session, "BR-2026-00777", 1, 1, NOW)


@pytest.mark.parametrize("status", sorted(set(Status) - {Status.PLANNED, Status.EXECUTING}))
def test_a_status_that_does_not_allow_execution_denies(approved: Register, status: Status) -> None:
    _change(approved, "UPDATE request SET status = :status", status=status.value)
    with pytest.raises(ApprovalMissing, match=f"its status is {status}"):
        _ask(approved)


def test_a_closed_request_denies(approved: Register) -> None:
    with approved.transaction() as session:
        _request(session).closed_at = later(20)
    with pytest.raises(ApprovalMissing, match="its status is"):
        _ask(approved)


@pytest.mark.parametrize("choice", [VerifyChoice.RETURN, VerifyChoice.REJECT, PlanChoice.RETURN])
def test_a_later_return_or_rejection_denies(approved: Register, choice: VerifyChoice | PlanChoice) -> None:
    with approved.transaction() as session:
        decide(session, _request(session), choice, note="kurang", at=later(20))
    with pytest.raises(ApprovalMissing, match="latest decision at step"):
        _ask(approved)


@pytest.mark.parametrize("choice", [VerifyChoice.RETURN, PlanChoice.RETURN])
def test_hiding_a_later_return_by_deleting_its_row_denies(
    approved: Register, choice: VerifyChoice | PlanChoice
) -> None:
    with approved.transaction() as session:
        decide(session, _request(session), choice, note="kurang", at=later(20))
    _change(approved, "DELETE FROM decision WHERE choice = :choice", choice=choice.value)
    with pytest.raises(ApprovalMissing, match="latest decision at step"):
        _ask(approved)


def test_hiding_a_later_return_in_the_audit_log_too_denies(approved: Register) -> None:
    with approved.transaction() as session:
        decide(session, _request(session), PlanChoice.RETURN, note="kurang", at=later(20))
    _change(
        approved,
        "DELETE FROM audit WHERE seq = (SELECT max(audit_seq) FROM decision)",
        "DELETE FROM decision WHERE choice = :choice",
        choice=PlanChoice.RETURN.value,
    )
    with pytest.raises(ApprovalMissing, match="end was cut off"):
        _ask(approved)


@pytest.mark.parametrize("step", [Step.VERIFY, Step.PLAN])
def test_a_gate_that_was_opened_again_denies_until_it_is_answered(approved: Register, step: Step) -> None:
    with approved.transaction() as session:
        decisions.open_gate(session, _request(session), step=step, round=1, at=later(20))
    with pytest.raises(ApprovalMissing, match="was opened again"):
        _ask(approved)


def test_the_plan_gate_answered_again_needs_the_plan_frozen_again(approved: Register) -> None:
    with approved.transaction() as session:
        request = _request(session)
        row = plans.current(session, request)
        decide(session, request, PlanChoice.APPROVE, plan_sha256=row.sha256, at=later(20))
    with pytest.raises(ApprovalMissing, match="not frozen under the latest approval"):
        _ask(approved)
    with approved.transaction() as session:
        freeze_current(session, _request(session))
    assert _ask(approved).version == 1


def test_verification_answered_again_needs_the_plan_approved_again(approved: Register) -> None:
    with approved.transaction() as session:
        decide(session, _request(session), VerifyChoice.APPROVE, by_user="kabid", at=later(20))
    with pytest.raises(ApprovalMissing, match="verified anew after its plan was approved"):
        _ask(approved)


def test_a_newer_version_of_the_plan_needs_an_approval_of_its_own(approved: Register) -> None:
    with approved.transaction() as session:
        request = _request(session)
        plans.save_draft(session, request, make_plan(request, retention_days=1), at=later(20))
    with pytest.raises(ApprovalMissing, match="version 2 of its plan is not frozen"):
        _ask(approved)


def test_going_back_to_the_older_version_by_deleting_the_newer_denies(approved: Register) -> None:
    with approved.transaction() as session:
        request = _request(session)
        plans.save_draft(session, request, make_plan(request, retention_days=1), at=later(20))
    _change(approved, "DELETE FROM plan WHERE version = 2")
    with pytest.raises(ApprovalMissing, match="not what the audit log says"):
        _ask(approved)


def _forge_body(session: Session) -> None:
    row = plans.current(session, _request(session))
    row.body = row.body.replace('"retention_days":90', '"retention_days":1')


def _forge_body_and_digest(session: Session) -> None:
    row = plans.current(session, _request(session))
    plan = Plan.model_validate_json(row.body).model_copy(update={"retention_days": 1})
    row.body, row.sha256 = plan.canonical(), plan.sha256()


def _forge_with_an_audit_row(session: Session) -> None:
    """Freeze another plan through the audit log itself, but without a decision that binds it."""
    _forge_body_and_digest(session)
    row = _request(session).plans[0]
    decided = decisions.latest_entry(session, NUMBER, Step.PLAN)
    assert decided is not None
    row.audit_seq = audit.append(
        session,
        actor="kasi",
        action="plan.frozen",
        subject=NUMBER,
        detail={"version": 1, "sha256": row.sha256, "decision_seq": decided.seq},
        at=later(20),
    )


def _mark_frozen(session: Session) -> None:
    request = _request(session)
    row = plans.save_draft(session, request, make_plan(request, retention_days=1), at=later(20))
    row.frozen_at = later(21)


@pytest.mark.parametrize("forge", [_forge_body, _forge_body_and_digest, _forge_with_an_audit_row, _mark_frozen])
def test_an_edited_plan_denies(approved: Register, forge: Callable[[Session], None]) -> None:
    with approved.transaction() as session:
        forge(session)
    with pytest.raises(ApprovalMissing, match=r"not what the audit log says|not frozen under the latest approval"):
        _ask(approved)


@pytest.mark.parametrize(
    "change",
    [
        "by_user = 'lain'",
        "by_name = 'lain'",
        "by_role = 'lain'",
        "note = 'lain'",
        "form = '{}'",
        "round = 2",
        "choice = 'lain'",
        "request_id = (SELECT max(id) FROM request)",
        "audit_seq = 999",
    ],
)
@pytest.mark.parametrize("step", [Step.VERIFY, Step.PLAN])
def test_an_edited_decision_denies(approved: Register, change: str, step: Step) -> None:
    with approved.transaction() as session:
        register_letter(session, "run-2")
    _change(approved, f"UPDATE decision SET {change} WHERE step = :step", step=step.value)
    with pytest.raises(ApprovalMissing, match=f"decision at step {step} is not what the audit log says"):
        _ask(approved)


def test_a_decision_moved_in_time_denies(approved: Register) -> None:
    with approved.transaction() as session:
        _request(session).decisions[0].at = later(-60)
    with pytest.raises(ApprovalMissing, match="not what the audit log says"):
        _ask(approved)


def test_a_return_edited_into_an_approval_denies(register: Register) -> None:
    with register.transaction() as session:
        request = register_letter(session)
        decide(session, request, VerifyChoice.RETURN, by_user="kabid", note="kurang")
        approve_plan(session, request)
        move(session, request, Status.VERIFIED, Status.DISPOSED, Status.PLANNED)
    _change(register, "UPDATE decision SET choice = :choice WHERE step = 'verify'", choice=VerifyChoice.APPROVE.value)
    with pytest.raises(ApprovalMissing, match="latest decision at step verify"):
        _ask(register)


def test_a_decision_copied_from_another_request_denies(register: Register) -> None:
    with register.transaction() as session:
        target = register_letter(session, "target")
        move(session, target, Status.VERIFIED, Status.DISPOSED, Status.PLANNED)
        planned_request(session, "source")
    columns = "step, round, choice, note, form, by_user, by_name, by_nip, by_role, at"
    _change(
        register,
        f"INSERT INTO decision (request_id, audit_seq, {columns}) SELECT 1, audit_seq + 1000, {columns} FROM decision",
        "INSERT INTO plan (request_id, version, body, sha256, frozen_at, audit_seq) "
        "SELECT 1, version, body, sha256, frozen_at, audit_seq FROM plan",
    )
    with pytest.raises(ApprovalMissing, match="latest decision at step verify"):
        _ask(register)


def test_an_audit_row_changed_to_tell_of_another_request_denies(register: Register) -> None:
    with register.transaction() as session:
        target = register_letter(session, "target")
        move(session, target, Status.VERIFIED, Status.DISPOSED, Status.PLANNED)
        planned_request(session, "source")
    _change(
        register,
        f"UPDATE audit SET subject = '{NUMBER}', detail = replace(detail, 'BR-2026-00002', '{NUMBER}') "
        "WHERE action IN ('decision', 'plan.drafted', 'plan.frozen')",
        "UPDATE decision SET request_id = 1",
        f"UPDATE plan SET request_id = 1, body = replace(body, 'BR-2026-00002', '{NUMBER}')",
    )
    with pytest.raises(ApprovalMissing, match="not what the audit log says"):
        _ask(register)


def test_an_approval_written_into_the_log_with_a_digest_of_its_own_denies(approved: Register) -> None:
    with approved.transaction() as session:
        decision = _request(session).decisions[0]
        row = audit.holds(session, decision.audit_seq)
        assert row is not None
        facts = row.facts() | {"by_user": "lain"}
        forged = Entry(row.seq, row.at, "lain", row.action, row.subject, canonical(facts), row.previous)
        decision.by_user = "lain"
    _change(
        approved,
        "UPDATE audit SET actor = 'lain', detail = :detail, hash = :hash WHERE seq = :seq",
        seq=forged.seq,
        detail=forged.detail,
        hash=forged.digest(),
    )
    with pytest.raises(ApprovalMissing, match="does not follow row"):
        _ask(approved)


def test_an_approval_is_not_believed_when_the_log_after_it_is_broken(approved: Register) -> None:
    with approved.transaction() as session:
        register_letter(session, "run-2")
        register_letter(session, "run-3")
    _change(approved, "DELETE FROM audit WHERE subject = 'BR-2026-00002'")
    with pytest.raises(ApprovalMissing, match=r"row \d+ is missing"):
        _ask(approved)


def test_an_approval_holds_when_the_log_was_broken_before_it(register: Register) -> None:
    with register.transaction() as session:
        register_letter(session, "earlier")
        planned_request(session, "run-2")
    _change(register, "UPDATE audit SET actor = 'lain' WHERE seq = 1")
    with register.reading() as session:
        item_id = requests.by_number(session, "BR-2026-00002").items[0].id
        assert require_approval(session, "BR-2026-00002", item_id, 1, ACT).version == 1


def test_an_approval_ends_with_the_plan(approved: Register) -> None:
    end = NOW + timedelta(days=7)
    assert _ask(approved, now=end).valid_until == end
    with pytest.raises(ApprovalMissing, match="approval of its plan ended"):
        _ask(approved, now=end + timedelta(seconds=1))


def test_an_act_before_the_agreed_time_denies(register: Register) -> None:
    with register.transaction() as session:
        planned_request(session, start=later(120))
    with pytest.raises(ApprovalMissing, match="its plan starts at"):
        _ask(register, now=later(100))
    assert _ask(register, now=later(120)).start == later(120)


def test_an_item_of_another_request_denies(approved: Register) -> None:
    with approved.transaction() as session:
        planned_request(session, "run-2")
    with pytest.raises(ApprovalMissing, match="is not part of it"):
        _ask(approved, of="BR-2026-00002")


def test_an_item_that_does_not_exist_denies(approved: Register) -> None:
    with approved.reading() as session, pytest.raises(ApprovalMissing, match="item 777 is not part of it"):
        require_approval(session, NUMBER, 777, 1, ACT)


def test_an_item_left_out_of_the_plan_denies(register: Register) -> None:
    with register.transaction() as session:
        request = register_letter(session)
        decide(session, request, VerifyChoice.APPROVE, by_user="kabid")
        approve_plan(session, request, items=(planned(request.items[0]),))
        move(session, request, Status.VERIFIED, Status.DISPOSED, Status.PLANNED)
    assert _ask(register, item=0)
    with pytest.raises(ApprovalMissing, match="is not part of it and of its plan"):
        _ask(register, item=1)


def test_an_item_turned_to_another_database_denies(approved: Register) -> None:
    _change(approved, "UPDATE item SET asset = 'keuangan' WHERE position = 1")
    with pytest.raises(ApprovalMissing, match="is not part of it and of its plan"):
        _ask(approved)


def test_a_second_round_needs_the_answer_that_asked_for_it(approved: Register) -> None:
    with pytest.raises(ApprovalMissing, match="latest decision at step confirm is not “Belum sesuai”"):
        _ask(approved, round_no=2)
    with approved.transaction() as session:
        request = _request(session)
        move(session, request, Status.EXECUTING, Status.AWAITING_CONFIRMATION)
        decide(session, request, ConfirmChoice.NOT_CONFORMING, note="baris kurang", at=later(40))
        move(session, request, Status.EXECUTING)
    assert _ask(approved, round_no=2).version == 1


def test_a_confirmed_first_round_denies_a_second(approved: Register) -> None:
    with approved.transaction() as session:
        request = _request(session)
        decide(session, request, ConfirmChoice.NOT_CONFORMING, note="baris kurang", at=later(40))
        decide(session, request, ConfirmChoice.CONFORMS, at=later(41))
    with pytest.raises(ApprovalMissing, match="latest decision at step confirm"):
        _ask(approved, round_no=2)


@pytest.mark.parametrize("round_no", [0, 3])
def test_there_are_two_rounds_at_most(approved: Register, round_no: int) -> None:
    with approved.transaction() as session:
        decide(session, _request(session), ConfirmChoice.NOT_CONFORMING, note="kurang", at=later(40))
    with pytest.raises(ApprovalMissing, match=f"round {round_no} was not asked for"):
        _ask(approved, round_no=round_no)


def test_a_status_written_by_hand_denies(approved: Register) -> None:
    with approved.transaction() as session:
        request = _request(session)
        requests.change_status(session, request, Status.FAILED, actor="cadangan", why="uji", now=later(20))
    _change(approved, "UPDATE request SET status = :status, closed_at = NULL", status=Status.EXECUTING.value)
    with pytest.raises(ApprovalMissing, match="not what the audit log says"):
        _ask(approved)
