"""Hours, seasons and special days of the working calendar, and its version."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from cadangan.core.calendar import DayMode, SpecialDay
from cadangan.core.hours import parse_hours
from cadangan.errors import ClockError
from tests.core.calendars import FRIDAY, HOLIDAYS, MONDAY, RAMADAN_FRIDAY, RAMADAN_MONDAY, calendar


@pytest.mark.parametrize(
    ("day", "hours"),
    [
        ("2026-11-23", MONDAY),
        ("2026-11-27", FRIDAY),
        ("2026-11-28", ()),
        ("2026-03-13", RAMADAN_FRIDAY),
        ("2026-03-19", ()),
    ],
    ids=["Monday", "Friday", "Saturday", "Ramadan", "a holiday in Ramadan"],
)
def test_a_day_has_the_hours_of_its_weekday_season_or_special_day(day, hours):
    assert calendar().hours_on(date.fromisoformat(day)) == hours


def test_a_season_includes_its_first_and_last_day():
    plain = calendar(special_days=())
    days = ("2026-02-18", "2026-02-19", "2026-03-20", "2026-03-23")
    assert [plain.hours_on(date.fromisoformat(day)) for day in days] == [MONDAY, RAMADAN_MONDAY, RAMADAN_FRIDAY, MONDAY]


def test_a_special_day_can_be_a_day_of_work():
    saturday = SpecialDay(date(2026, 11, 28), MONDAY, "pengganti")
    assert calendar(special_days=(saturday,)).hours_on(saturday.day) == MONDAY


def test_a_mean_working_day_is_seven_and_a_half_hours():
    assert calendar().day_length == timedelta(hours=7, minutes=30)


def test_equal_content_has_one_version_and_any_change_another():
    versions = [
        calendar().version,
        calendar(day_mode=DayMode.WALL_CLOCK).version,
        calendar(special_days=HOLIDAYS[1:]).version,
        calendar(seasons=()).version,
        calendar(week=(MONDAY,) * 5 + ((), ())).version,
        calendar().nonstop.version,
    ]
    assert calendar().version == versions[0]
    assert len(set(versions)) == len(versions)
    assert all(len(version) == 12 for version in versions)


def test_a_copy_with_other_days_answers_for_itself():
    plain = calendar(special_days=())
    assert plain.hours_on(date(2026, 12, 25)) == FRIDAY
    assert replace(plain, special_days=HOLIDAYS).hours_on(date(2026, 12, 25)) == ()


def test_hours_are_read_as_minutes_after_midnight():
    assert parse_hours(["07:30-12:00", "13:00-24:00"]) == ((450, 720), (780, 1440))
    assert parse_hours([]) == ()


@pytest.mark.parametrize(
    ("spans", "message"),
    [
        (["7:30-12:00"], "not a span"),
        (["07:30 - 12:00"], "not a span"),
        (["07:30-24:01"], "not a span"),
        (["25:00-26:00"], "not a span"),
        (["12:00-07:30"], "in order"),
        (["07:30-07:30"], "in order"),
        (["13:00-16:00", "07:30-12:00"], "in order"),
        (["07:30-13:00", "12:00-16:00"], "in order"),
    ],
)
def test_hours_that_make_no_sense_are_refused(spans, message):
    with pytest.raises(ClockError, match=message):
        parse_hours(spans)
