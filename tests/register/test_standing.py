"""A scheduled run acts under its policy's standing approval, as it was bound, while it lasts."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import text

from cadangan.core.audit import Action
from cadangan.core.standing import Standing
from cadangan.core.states import SCHEDULED, Status
from cadangan.errors import ApprovalMissing
from cadangan.register import audit, plans, requests, standing
from cadangan.register.approval import require_approval
from cadangan.register.numbers import next_of_series
from tests.register.builders import NOW, make_plan, register_letter, without_guard

GIVEN = Standing("malam", "800/12/DISKOMINFO", date(2026, 1, 5), "kasi", date(2026, 12, 31))


def scheduled_run(session, run_id="run-1", given=GIVEN, **plan):
    """A run whose plan is frozen, brought to its execution."""
    request = register_letter(
        session,
        run_id,
        dag_id="scheduled_backup__malam",
        form={"policy": "malam"},
        service=SCHEDULED,
        prefix="TJ",
        numbered=next_of_series,
    )
    standing.freeze(session, request, make_plan(request, **plan), given, at=NOW)
    for status in (Status.PLANNED, Status.EXECUTING):
        requests.change_status(session, request, status, actor="cadangan", why="uji", now=NOW)
    return request


def covered(session, request, given=GIVEN, now=NOW, round_no=1):
    return require_approval(session, request.number, request.items[0].id, round_no, now, standing=given)


def test_numbers_of_scheduled_runs_are_a_series_of_their_own(register):
    with register.transaction() as session:
        numbers = [scheduled_run(session, "a").number, register_letter(session, "b").number]
        numbers.append(scheduled_run(session, "c").number)
    assert numbers == ["TJ-2026-00001", "BR-2026-00001", "TJ-2026-00002"]


def test_the_standing_approval_covers_the_items_of_the_plan(register):
    with register.transaction() as session:
        request = scheduled_run(session)
        assert covered(session, request).sha256() == plans.current(session, request).sha256


def test_who_allowed_it_by_which_letter_is_on_the_audit_log(register):
    with register.transaction() as session:
        request = scheduled_run(session)
        (entry,) = audit.about(session, request.number, Action.STANDING)
        assert entry.facts() == {
            "policy": "malam",
            "number": "800/12/DISKOMINFO",
            "day": "2026-01-05",
            "by": "kasi",
            "valid_until": "2026-12-31",
            "plan_sha256": plans.current(session, request).sha256,
        }


def test_it_ends_with_its_last_day_at_the_office(register):
    # 31 December ends at 17.00 UTC.
    last = datetime(2026, 12, 31, 16, 59, tzinfo=UTC)
    with register.transaction() as session:
        request = scheduled_run(session, valid_until=last + timedelta(days=3))
        covered(session, request, now=last)
        with pytest.raises(ApprovalMissing, match=r"800/12/DISKOMINFO of policy malam ended on 2026-12-31"):
            covered(session, request, now=last + timedelta(minutes=2))


def test_an_ended_one_binds_no_plan(register):
    with register.transaction() as session, pytest.raises(ApprovalMissing, match="ended on 2026-11-22"):
        scheduled_run(session, given=replace(GIVEN, valid_until=date(2026, 11, 22)))


@pytest.mark.parametrize(
    "changed",
    [
        None,
        replace(GIVEN, number="800/13/DISKOMINFO"),
        replace(GIVEN, by="dc"),
        replace(GIVEN, day=date(2026, 1, 6)),
        replace(GIVEN, valid_until=date(2099, 1, 1)),
        replace(GIVEN, policy="siang"),
    ],
)
def test_one_that_is_another_now_covers_nothing(register, changed):
    with register.transaction() as session:
        request = scheduled_run(session)
        with pytest.raises(ApprovalMissing, match="another one now"):
            covered(session, request, given=changed)


def test_it_covers_no_second_round_and_no_time_beyond_the_plan(register):
    with register.transaction() as session:
        request = scheduled_run(session, valid_until=NOW + timedelta(hours=4))
        with pytest.raises(ApprovalMissing, match="no round 2"):
            covered(session, request, round_no=2)
        with pytest.raises(ApprovalMissing, match="the approval of its plan ended"):
            covered(session, request, now=NOW + timedelta(hours=4, minutes=1))


def test_a_letter_does_not_pass_as_a_scheduled_run(register):
    with register.transaction() as session:
        request = register_letter(session)
        plans.save_draft(session, request, make_plan(request), at=NOW)
        for status in (Status.VERIFIED, Status.DISPOSED, Status.PLANNED):
            requests.change_status(session, request, status, actor="x", why="x", now=NOW)
        request.service = SCHEDULED
        session.flush()
        with pytest.raises(ApprovalMissing, match="no standing approval was bound"):
            covered(session, request)


def test_a_plan_that_was_changed_behind_the_audit_logs_back_is_not_covered(register):
    with register.transaction() as session:
        request = scheduled_run(session)
        row = plans.current(session, request)
        other = make_plan(request, retention_days=1)
        row.body, row.sha256 = other.canonical(), other.sha256()
        session.flush()
        with pytest.raises(ApprovalMissing, match="not what the audit log says"):
            covered(session, request)


def test_a_forged_audit_row_is_not_believed(register):
    with register.transaction() as session:
        request = scheduled_run(session)
        without_guard(session)
        session.execute(text("UPDATE audit SET actor = 'kasi' WHERE action = 'approval.standing'"))
        with pytest.raises(ApprovalMissing, match="no standing approval was bound"):
            covered(session, request)
