import pytest
from sqlalchemy import text

from cadangan.core.audit import Action
from cadangan.core.choices import PlanChoice
from cadangan.core.plan import Plan, PlannedCopy
from cadangan.errors import ApprovalMissing, RecordMissing
from cadangan.register import audit, plans, requests
from cadangan.register.session import Register
from tests.register.builders import approve_plan, decide, freeze_current, later, make_plan, register_letter


def test_a_draft_is_replaced_in_place(register: Register) -> None:
    with register.transaction() as session:
        request = register_letter(session)
        plans.save_draft(session, request, make_plan(request, note="a"), at=later(1))
        row = plans.save_draft(session, request, make_plan(request, note="b"), at=later(2))
        assert [plan.version for plan in request.plans] == [1]
        assert Plan.model_validate_json(row.body).note == "b"
        assert plans.current(session, request) is row


def test_saving_the_same_draft_again_changes_nothing(register: Register) -> None:
    with register.transaction() as session:
        request = register_letter(session)
        for _ in range(2):
            plans.save_draft(session, request, make_plan(request), at=later(1))
        assert len(list(audit.about(session, request.number, Action.PLAN_DRAFTED))) == 1


def test_the_version_of_a_plan_is_the_registers_whatever_the_draft_says(register: Register) -> None:
    with register.transaction() as session:
        request = register_letter(session)
        row = plans.save_draft(session, request, make_plan(request, version=7), at=later(1))
        assert (row.version, Plan.model_validate_json(row.body).version) == (1, 1)


def test_a_request_without_a_plan_says_so(register: Register) -> None:
    with pytest.raises(RecordMissing, match="has no plan"), register.transaction() as session:
        plans.current(session, register_letter(session))


def test_the_approved_plan_is_frozen_with_its_digest(register: Register) -> None:
    with register.transaction() as session:
        request = register_letter(session)
        plan = approve_plan(session, request)
        row = plans.current(session, request)
        entry = audit.holds(session, row.audit_seq)
        approval = request.decisions[-1]
    assert (row.frozen_at, row.sha256, row.body) == (later(12), plan.sha256(), plan.canonical())
    assert entry is not None
    assert entry.facts() == {
        "version": 1,
        "sha256": plan.sha256(),
        "decision_seq": approval.audit_seq,
    }


def test_freezing_again_changes_nothing(register: Register) -> None:
    with register.transaction() as session:
        request = register_letter(session)
        approve_plan(session, request)
        freeze_current(session, request)
        assert len(list(audit.about(session, request.number, Action.PLAN_FROZEN))) == 1


def test_another_plan_after_freezing_is_a_new_version_that_needs_its_own_approval(register: Register) -> None:
    with register.transaction() as session:
        request = register_letter(session)
        approve_plan(session, request)
        row = plans.save_draft(session, request, make_plan(request, note="lain"), at=later(20))
        assert (row.version, row.frozen_at) == (2, None)
        with pytest.raises(ApprovalMissing, match="not the one that was approved"):
            freeze_current(session, request)
        decide(session, request, PlanChoice.APPROVE, plan_sha256=row.sha256, at=later(21))
        freeze_current(session, request)
        assert [plan.frozen_at is not None for plan in request.plans] == [True, True]


def test_a_plan_that_no_one_approved_is_not_frozen(register: Register) -> None:
    with register.transaction() as session:
        request = register_letter(session)
        row = plans.save_draft(session, request, make_plan(request), at=later(1))
        with pytest.raises(ApprovalMissing, match="answer the plan gate first"):
            freeze_current(session, request)
        decide(session, request, PlanChoice.APPROVE, plan_sha256=row.sha256, at=later(2))
        decide(session, request, PlanChoice.RETURN, note="ubah", at=later(3))
        with pytest.raises(ApprovalMissing, match="answer the plan gate first"):
            freeze_current(session, request)


def test_a_plan_other_than_the_saved_one_is_not_frozen(register: Register) -> None:
    with register.transaction() as session:
        request = register_letter(session)
        row = plans.save_draft(session, request, make_plan(request), at=later(1))
        decide(session, request, PlanChoice.APPROVE, plan_sha256=row.sha256, at=later(2))
        with pytest.raises(ApprovalMissing, match="not the one that was approved"):
            plans.freeze(session, request, make_plan(request, retention_days=1), actor="kasi", at=later(3))


def test_a_draft_edited_in_the_database_is_not_read_as_the_plan(register: Register) -> None:
    with register.transaction() as session:
        request = register_letter(session)
        plans.save_draft(session, request, make_plan(request), at=later(1))
        forged = make_plan(request, retention_days=1)
    with register.transaction() as session:
        session.execute(
            text("UPDATE plan SET body = :body, sha256 = :sha256"),
            {"body": forged.canonical(), "sha256": forged.sha256()},
        )
    with pytest.raises(ApprovalMissing, match="not what the audit log says"), register.transaction() as session:
        plans.current(session, requests.by_number(session, request.number))


def test_what_older_plans_do_not_say_does_not_change_their_digest(register: Register) -> None:
    with register.transaction() as session:
        request = register_letter(session)
        copies = tuple(PlannedCopy(name=name, url="-", location="ID", free_bytes=None) for name in ("utama", "kedua"))
        older, newer = make_plan(request, copies=copies), make_plan(request, copies=copies, min_copies=1)
    assert "min_copies" not in older.canonical()
    assert "min_copies" in newer.canonical()
    assert (older.needed_copies, newer.needed_copies) == (2, 1)
    assert Plan.model_validate_json(newer.canonical()).sha256() == newer.sha256() != older.sha256()
