"""core.space: when a destination will be full."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cadangan.core.space import days_until_full, growth_per_day

NOW = datetime(2026, 11, 23, tzinfo=UTC)


def daily(*sizes):
    return [(NOW + timedelta(days=day), size) for day, size in enumerate(sizes)]


def test_steady_growth_uses_up_the_room_in_as_many_days():
    assert days_until_full(daily(100, 110, 120, 130), free=50) == pytest.approx(5)


def test_one_large_back_up_does_not_make_the_trend():
    assert days_until_full(daily(100, 110, 120, 130, 400, 150, 160, 170, 180), free=1000) > 30


@pytest.mark.parametrize("samples", [[], daily(100), daily(100, 100, 100), daily(300, 200, 100)])
def test_without_growth_nothing_is_predicted(samples):
    assert days_until_full(samples, free=10) is None


def test_room_that_cannot_be_told_is_not_predicted():
    assert days_until_full(daily(1, 2, 3), free=None) is None


def test_hours_say_nothing_about_days():
    assert growth_per_day([(NOW, 0), (NOW + timedelta(hours=20), 10**9)]) is None


@given(start=st.integers(0, 10**15), step=st.integers(1, 10**12), days=st.integers(2, 100))
def test_a_straight_line_is_recovered(start, step, days):
    found = growth_per_day(daily(*(start + step * day for day in range(days))))
    assert found == pytest.approx(step, rel=1e-3, abs=start * 1e-9 + 1)
