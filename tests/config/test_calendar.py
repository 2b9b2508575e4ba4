"""calendar.yaml: from the file to the clock."""

from datetime import date, timedelta

import pytest

from cadangan.config.calendar import WEEKDAYS, Calendar, PublicHolidays, load_calendar, national_holidays, work_calendar
from cadangan.core import clock
from cadangan.core.calendar import DayMode
from cadangan.core.hours import parse_hours
from tests.config.contents import calendar
from tests.config.refusals import violations
from tests.core.calendars import wib

YEAR = (2026,)
MONDAY = parse_hours(["07:30-12:00", "13:00-16:00"])


def built(**overrides):
    return Calendar.model_validate(calendar(**overrides)).build(YEAR)


@pytest.mark.parametrize(
    ("start", "standard", "due"),
    [
        ("2026-11-23 09:00", "15m", "2026-11-23 09:15"),
        ("2026-11-24 11:55", "1h", "2026-11-24 13:55"),
        ("2026-11-27 16:25", "1d", "2026-11-30 16:00"),
        ("2026-12-23 15:55", "15m", "2026-12-28 07:40"),
        ("2026-12-23 15:55", "1d", "2026-12-28 15:55"),
        ("2026-03-17 14:50", "1h", "2026-03-25 08:20"),
        ("2026-03-17 14:50", "1d", "2026-03-25 14:50"),
        ("2027-12-31 16:25", "15m", "2028-01-03 07:40"),
    ],
)
def test_the_shipped_calendar_answers_as_the_office_expects(start, standard, due):
    assert clock.due(work_calendar(date(2026, 11, 23)), wib(start), standard) == wib(due)


def test_the_shipped_weeks_are_those_of_the_regulation():
    shipped = load_calendar()
    lengths = [
        sum(closes - opens for hours in week.week() for opens, closes in hours)
        for week in (shipped.hours, shipped.ramadan.hours)
    ]
    assert lengths == [37.5 * 60, 32.5 * 60]


def test_2026_has_17_holidays_and_8_days_of_collective_leave():
    years = range(2026, 2027)
    assert len(national_holidays(PublicHolidays(categories=("public",)), years)) == 17
    assert len(national_holidays(PublicHolidays(categories=("government",)), years)) == 8
    assert len(built().special_days) == 17 + 8


def test_holidays_have_indonesian_names():
    names = {special.day: special.reason for special in built().special_days}
    assert names[date(2026, 8, 17)] == "Hari Kemerdekaan Republik Indonesia"
    assert names[date(2026, 12, 24)] == "Cuti Bersama Hari Raya Natal"


def test_every_year_between_the_first_and_the_last_is_covered():
    loaded = Calendar.model_validate(calendar()).build((2025, 2027))
    assert (loaded.first_day, loaded.last_day) == (date(2025, 1, 1), date(2027, 12, 31))
    assert {special.day.year for special in loaded.special_days} == {2025, 2026, 2027}


def test_a_local_day_off_is_free():
    off = {"day": "2026-11-24", "reason": "Hari jadi"}
    assert clock.due(built(days_off=[off]), wib("2026-11-23 15:50"), "15m") == wib("2026-11-25 07:35")


@pytest.mark.parametrize(
    ("entry", "hours"),
    [
        ({"day": "2026-11-28"}, ["07:30-12:00", "13:00-16:00"]),
        ({"day": "2026-11-28", "hours_of": "friday"}, ["07:30-11:30", "13:00-16:30"]),
        ({"day": "2026-12-25"}, ["07:30-11:30", "13:00-16:30"]),
        ({"day": "2026-03-14"}, ["08:00-12:00", "12:30-15:00"]),
    ],
    ids=["Saturday as Monday", "Saturday as Friday", "a holiday as its weekday", "a Saturday in Ramadan"],
)
def test_an_added_day_of_work_has_the_hours_of_a_weekday_in_force(entry, hours):
    loaded = built(working_days=[entry | {"reason": "Pengganti"}])
    assert loaded.hours_on(date.fromisoformat(entry["day"])) == parse_hours(hours)


def test_without_categories_no_holiday_is_free():
    loaded = built(holidays={"categories": []})
    assert loaded.special_days == ()
    assert loaded.hours_on(date(2026, 8, 17)) == MONDAY


def test_a_calendar_may_have_no_ramadan_hours():
    assert built(ramadan=None).hours_on(date(2026, 3, 2)) == MONDAY


def test_a_duty_roster_around_the_clock_has_no_breaks():
    week = {day: ["00:00-24:00"] for day in WEEKDAYS}
    loaded = built(hours=week, ramadan=None, holidays={"categories": []})
    assert clock.due(loaded, wib("2026-11-28 23:50"), "15m") == wib("2026-11-29 00:05")
    assert loaded.day_length == timedelta(days=1)


def test_the_mode_reaches_the_clock():
    assert built(day_mode="akhir_hari_h1").day_mode is DayMode.END_OF_NEXT_DAY


def test_one_content_has_one_version():
    assert built().version == built().version
    assert built().version != built(days_off=[{"day": "2026-11-24", "reason": "Hari jadi"}]).version


def test_a_day_cannot_be_named_twice():
    off, work = {"day": "2026-11-28", "reason": "a"}, {"day": "2026-11-28", "reason": "b"}
    assert violations(Calendar, calendar(days_off=[off], working_days=[work])) == (
        "days_off, working_days: 2026-11-28 is named more than once",
    )


def test_every_violation_is_told_at_once_with_its_path():
    content = calendar(
        zone="Asia/Jakrta",
        day_mode="24h",
        hours={"monday": ["07:30-12:00", "11:00-16:00"], "friday": ["7.30-16.00"], "montag": []},
        ramadan={"hours": {}, "ranges": [{"first_day": "2026-03-20", "last_day": "2026-02-19"}]},
        holidays={"country": False, "categories": ["bank"]},
        days_off=[{"day": "2026-11-31", "reason": ""}],
        working_days=[{"day": "2026-11-28", "reason": "x", "hours_of": "senin"}],
    )
    assert [line.partition(":")[0] for line in violations(Calendar, content)] == [
        "zone",
        "day_mode",
        "hours.monday",
        "hours.friday",
        "hours.montag",
        "ramadan.hours",
        "ramadan.ranges[0]",
        "holidays.country",
        "holidays.categories[0]",
        "days_off[0].day",
        "days_off[0].reason",
        "working_days[0].hours_of",
    ]
