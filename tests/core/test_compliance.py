"""The figures of the compliance report, recomputed by hand and by another way."""

import statistics
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cadangan.core.compliance import ALL, AssetState, StepRun, is_late, oldest_unproved, percentile, recap
from cadangan.core.states import Step

NOW = datetime(2026, 11, 30, 9, tzinfo=UTC)


def run(**overrides):
    values = {
        "request_no": "BR-2026-00001",
        "service": "backup",
        "office": "BKPSDM",
        "step": Step.VERIFY,
        "month": "2026-11",
        "due_at": NOW,
        "ended_at": NOW,
        "minutes": 15.0,
    }
    return StepRun(**(values | overrides))


def line(runs, office=ALL, step=Step.VERIFY, month="2026-11"):
    (found,) = [one for one in recap(runs, NOW) if (one.month, one.step, one.office) == (month, step, office)]
    return found


def test_an_end_at_the_very_due_time_is_in_time_and_a_moment_later_is_late():
    assert not is_late(run(), NOW)
    assert is_late(run(ended_at=NOW + timedelta(microseconds=1)), NOW)


def test_a_step_that_runs_beyond_its_due_time_is_late_before_it_ends():
    assert is_late(run(ended_at=None, minutes=None, due_at=NOW - timedelta(seconds=1)), NOW)


def test_every_step_counts_once_as_in_time_late_waiting_or_given_up():
    runs = [
        run(),
        run(ended_at=NOW + timedelta(hours=1), minutes=75, reason="Pejabat dinas luar"),
        run(ended_at=NOW + timedelta(hours=2), minutes=135, request_no="BR-2026-00009"),
        run(ended_at=None, minutes=None, due_at=NOW + timedelta(hours=1)),
        run(ended_at=None, minutes=None, due_at=NOW - timedelta(hours=1), given_up=True),
    ]
    found = line(runs)
    assert (found.requests, found.in_time, found.late, found.waiting, found.given_up) == (5, 1, 2, 1, 1)
    assert found.share == pytest.approx(1 / 3)
    assert found.median == 75
    assert found.reasons == (("BR-2026-00001", "Pejabat dinas luar"),)
    assert found.unexplained == ("BR-2026-00009",)


def test_offices_months_and_steps_are_told_apart_and_all_offices_come_first():
    runs = [run(), run(office="DINKES"), run(month="2026-10"), run(step=Step.PLAN)]
    found = [(one.month, one.step, one.office, one.requests) for one in recap(runs, NOW)]
    assert found == [
        ("2026-10", Step.VERIFY, ALL, 1),
        ("2026-10", Step.VERIFY, "BKPSDM", 1),
        ("2026-11", Step.VERIFY, ALL, 2),
        ("2026-11", Step.VERIFY, "BKPSDM", 1),
        ("2026-11", Step.VERIFY, "DINKES", 1),
        ("2026-11", Step.PLAN, ALL, 1),
        ("2026-11", Step.PLAN, "BKPSDM", 1),
    ]


def test_nothing_decided_has_no_share():
    found = line([run(ended_at=None, minutes=None, due_at=NOW + timedelta(hours=1))])
    assert (found.share, found.median, found.percentile_95) == (None, None, None)


@given(st.lists(st.floats(0, 1e6), min_size=2))
def test_the_percentile_is_that_of_the_standard_library(values):
    ordered = sorted(values)
    assert percentile(ordered, 0.95) == pytest.approx(statistics.quantiles(ordered, n=20, method="inclusive")[18])


@given(st.lists(st.tuples(st.sampled_from(["A", "B"]), st.booleans(), st.floats(0, 1000)), min_size=1))
def test_the_offices_add_up_to_the_whole(found):
    runs = [
        run(office=office, minutes=minutes, ended_at=NOW + timedelta(minutes=late)) for office, late, minutes in found
    ]
    whole = line(runs)
    parts = [one for one in recap(runs, NOW) if one.office != ALL]
    assert whole.in_time == sum(part.in_time for part in parts)
    assert whole.late == sum(part.late for part in parts) == sum(late for _, late, _ in found)


def state(asset="simpeg", **overrides):
    values = {"newest_good_at": NOW - timedelta(hours=30), "rpo_hours": 24, "proved_at": None, "restore_seconds": None}
    return AssetState(asset, "BKPSDM", **(values | overrides))


@pytest.mark.parametrize(
    ("hours", "rpo", "within"), [(24, 24, True), (24.1, 24, False), (None, 24, False), (24, None, None)]
)
def test_an_asset_is_within_its_rpo_by_the_age_of_its_newest_good_back_up(hours, rpo, within):
    newest = None if hours is None else NOW - timedelta(hours=hours)
    assert state(newest_good_at=newest, rpo_hours=rpo).within_rpo(NOW) is within


def test_what_was_never_proved_comes_before_what_was_proved_longest_ago():
    lately, long_ago = NOW - timedelta(days=1), NOW - timedelta(days=300)
    ordered = oldest_unproved([state("a", proved_at=lately), state("b", proved_at=long_ago), state("c")])
    assert [one.asset for one in ordered] == ["c", "b", "a"]
