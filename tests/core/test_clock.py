"""The working-time clock, by example; its laws are in test_clock_laws.py."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from cadangan.core import clock
from cadangan.core.calendar import DayMode
from cadangan.core.clock import Pause
from cadangan.errors import ClockError
from tests.core.calendars import calendar, wib

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("start", "quarter", "hour", "day"),
    [
        ("2026-11-23 09:00", "2026-11-23 09:15", "2026-11-23 10:00", "2026-11-24 09:00"),
        ("2026-11-24 11:55", "2026-11-24 13:10", "2026-11-24 13:55", "2026-11-25 11:55"),
        ("2026-11-27 16:25", "2026-11-30 07:40", "2026-11-30 08:25", "2026-11-30 16:00"),
        ("2026-12-23 15:55", "2026-12-28 07:40", "2026-12-28 08:25", "2026-12-28 15:55"),
        ("2026-03-17 14:50", "2026-03-25 07:35", "2026-03-25 08:20", "2026-03-25 14:50"),
    ],
    ids=["morning", "over the break", "over the weekend", "over Christmas", "from Ramadan over Idul Fitri"],
)
def test_the_standards_of_the_sop_end_when_the_office_expects_it(start, quarter, hour, day):
    for standard, expected in (("15m", quarter), ("1h", hour), ("1d", day)):
        assert clock.due(calendar(), wib(start), standard) == wib(expected), standard


@pytest.mark.parametrize(
    ("start", "opening"),
    [
        ("2026-11-23 06:00", "2026-11-23 07:30"),
        ("2026-11-23 12:00", "2026-11-23 13:00"),
        ("2026-11-23 12:30", "2026-11-23 13:00"),
        ("2026-11-23 16:00", "2026-11-24 07:30"),
        ("2026-11-27 11:30", "2026-11-27 13:00"),
        ("2026-11-28 10:00", "2026-11-30 07:30"),
        ("2026-03-16 07:30", "2026-03-16 08:00"),
    ],
    ids=["early", "break begins", "in the break", "closing", "Friday's break", "Saturday", "Ramadan opens later"],
)
def test_a_start_outside_working_time_rolls_to_the_next_opening(start, opening):
    assert clock.add(calendar(), wib(start), timedelta(0)) == wib(opening)
    assert clock.due(calendar(), wib(start), "15m") == wib(opening) + 15 * MINUTE


def test_an_amount_that_fills_the_morning_ends_as_the_break_begins():
    assert clock.due(calendar(), wib("2026-11-23 11:45"), "15m") == wib("2026-11-23 12:00")


def test_in_ramadan_an_hour_crosses_the_short_break_and_the_early_closing():
    assert clock.due(calendar(), wib("2026-03-16 11:30"), "1h") == wib("2026-03-16 13:00")
    assert clock.due(calendar(), wib("2026-03-16 14:30"), "1h") == wib("2026-03-17 08:30")


@pytest.mark.parametrize(
    ("start", "due"),
    [
        ("2026-11-26 11:45", "2026-11-27 13:00"),  # the same time lies in Friday's longer break
        ("2026-11-28 10:00", "2026-12-01 07:30"),  # received on Monday at opening
        ("2026-11-23 16:00", "2026-11-25 07:30"),  # received at closing: on the next day
        ("2026-11-27 16:00", "2026-11-30 16:00"),  # the same time is closing time
        ("2026-02-18 07:40", "2026-02-19 08:00"),  # Ramadan begins, the office opens later
    ],
)
def test_a_day_never_ends_outside_working_time(start, due):
    assert clock.due(calendar(), wib(start), "1d") == wib(due)


@pytest.mark.parametrize(
    ("mode", "due"),
    [
        (DayMode.NEXT_DAY, "2026-11-30 14:00"),
        (DayMode.WORKING_HOURS, "2026-11-30 13:30"),
        (DayMode.END_OF_NEXT_DAY, "2026-11-30 16:00"),
        (DayMode.WALL_CLOCK, "2026-11-28 14:00"),
    ],
)
def test_the_mode_says_what_a_day_is(mode, due):
    assert clock.due(calendar(day_mode=mode), wib("2026-11-27 14:00"), "1d") == wib(due)


def test_several_days_are_several_working_days():
    assert clock.due(calendar(), wib("2026-12-22 09:00"), "3d") == wib("2026-12-29 09:00")


@pytest.mark.parametrize(
    ("standard", "due"),
    [("15m", "2026-12-24 22:15"), ("1h", "2026-12-24 23:00"), ("1d", "2026-12-25 22:00")],
)
def test_an_urgent_request_runs_around_the_clock(standard, due):
    assert clock.due(calendar(), wib("2026-12-24 22:00"), standard, urgent=True) == wib(due)


def test_the_zone_of_the_start_does_not_matter():
    start = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
    assert clock.due(calendar(), start, "15m") == wib("2026-11-23 09:15")
    assert clock.due(calendar(), start, "15m").tzinfo is calendar().zone


def test_hours_skipped_by_summer_time_are_not_counted():
    berlin = ZoneInfo("Europe/Berlin")
    nonstop = calendar(zone=berlin).nonstop
    before, after = datetime(2026, 3, 29, 0, tzinfo=berlin), datetime(2026, 3, 30, 0, tzinfo=berlin)
    assert clock.elapsed(nonstop, before, after) == 23 * HOUR
    assert clock.due(nonstop, before, "1d") == datetime(2026, 3, 30, 1, tzinfo=berlin)


def test_elapsed_counts_working_time_only():
    assert clock.elapsed(calendar(), wib("2026-11-27 16:25"), wib("2026-11-30 07:40")) == 15 * MINUTE
    assert clock.elapsed(calendar(), wib("2026-11-28 00:00"), wib("2026-11-29 23:59")) == timedelta(0)


def test_elapsed_backwards_is_negative():
    assert clock.elapsed(calendar(), wib("2026-11-23 10:00"), wib("2026-11-23 09:00")) == -HOUR


def test_elapsed_leaves_pauses_out_and_counts_overlapping_ones_once():
    pauses = [
        Pause(wib("2026-11-23 09:30"), wib("2026-11-23 10:00"), "menunggu surat"),
        Pause(wib("2026-11-23 09:00"), wib("2026-11-23 09:45"), "menunggu SKPD"),
        Pause(wib("2026-11-23 10:45"), wib("2026-11-23 12:00"), "menunggu SKPD"),
    ]
    assert clock.elapsed(calendar(), wib("2026-11-23 08:00"), wib("2026-11-23 11:00"), pauses) == 105 * MINUTE


def test_a_pause_extends_the_due_time_by_its_working_time():
    start = wib("2026-11-23 11:30")
    due = clock.due(calendar(), start, "1h")
    pause = Pause(wib("2026-11-23 11:45"), wib("2026-11-24 08:00"), "menunggu SKPD")
    assert due == wib("2026-11-23 13:30")
    assert clock.extend(calendar(), start, due, [pause]) == wib("2026-11-24 08:45")


def test_a_second_pause_counts_when_the_first_one_made_room_for_it():
    start = wib("2026-11-23 09:00")
    pauses = [
        Pause(wib("2026-11-23 10:10"), wib("2026-11-23 10:20"), "menunggu SKPD"),
        Pause(wib("2026-11-23 09:30"), wib("2026-11-23 10:00"), "menunggu surat"),
    ]
    assert clock.extend(calendar(), start, wib("2026-11-23 10:00"), pauses) == wib("2026-11-23 10:40")


@pytest.mark.parametrize(
    ("begins", "ends"),
    [("2026-11-23 08:00", "2026-11-23 09:00"), ("2026-11-23 10:00", "2026-11-23 11:00")],
    ids=["before the start", "after the due time"],
)
def test_a_pause_outside_the_step_changes_nothing(begins, ends):
    due = wib("2026-11-23 10:00")
    pause = Pause(wib(begins), wib(ends), "menunggu SKPD")
    assert clock.extend(calendar(), wib("2026-11-23 09:00"), due, [pause]) == due


def test_a_pause_by_night_leaves_a_due_time_at_closing_alone():
    start, due = wib("2026-11-23 09:00"), wib("2026-11-24 16:00")
    night = Pause(wib("2026-11-23 20:00"), wib("2026-11-23 22:00"), "menunggu SKPD")
    assert clock.extend(calendar(), start, due, [night]) == due


def test_a_pause_of_an_urgent_request_counts_around_the_clock():
    start, due = wib("2026-12-24 22:00"), wib("2026-12-24 23:00")
    pause = Pause(wib("2026-12-24 22:30"), wib("2026-12-25 01:30"), "menunggu SKPD")
    assert clock.extend(calendar().nonstop, start, due, [pause]) == wib("2026-12-25 02:00")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"reason": " "}, "needs a reason"),
        ({"end": wib("2026-11-23 08:00")}, "before it starts"),
        ({"start": datetime(2026, 11, 23, 9)}, "aware"),  # noqa: DTZ001
    ],
)
def test_a_pause_is_refused(change, message):
    pause = {"start": wib("2026-11-23 09:00"), "end": wib("2026-11-23 10:00"), "reason": "menunggu SKPD"}
    with pytest.raises(ClockError, match=message):
        Pause(**pause | change)


@pytest.mark.parametrize("standard", ["", "1", "15", "m", "15 m", "1w", "-1h", "0m", "1h30m", "١h"])
def test_what_is_not_a_standard_is_refused(standard):
    with pytest.raises(ClockError, match="not a time standard"):
        clock.due(calendar(), wib("2026-11-23 09:00"), standard)


def test_a_naive_instant_is_refused():
    naive = datetime(2026, 11, 23, 9)  # noqa: DTZ001
    for ask in (
        lambda: clock.due(calendar(), naive, "15m"),
        lambda: clock.due(calendar(), naive, "1d"),
        lambda: clock.elapsed(calendar(), naive, wib("2026-11-23 09:00")),
        lambda: clock.elapsed(calendar(), wib("2026-11-23 09:00"), naive),
    ):
        with pytest.raises(ClockError, match="aware"):
            ask()


def test_working_time_cannot_be_taken_away():
    with pytest.raises(ClockError, match="only be added"):
        clock.add(calendar(), wib("2026-11-23 09:00"), -MINUTE)
    with pytest.raises(ClockError, match="at least one day"):
        clock.add_days(calendar(), wib("2026-11-23 09:00"), 0)


@pytest.mark.parametrize(
    ("start", "standard"),
    [
        ("2025-12-31 23:59", "15m"),
        ("2028-01-01 00:00", "15m"),
        ("2027-12-31 16:25", "15m"),
        ("2027-12-31 16:30", "1d"),
        ("2027-12-31 09:00", "1d"),
    ],
)
def test_an_answer_outside_the_covered_years_is_refused_not_guessed(start, standard):
    with pytest.raises(ClockError, match="load it for more years"):
        clock.due(calendar(), wib(start), standard)


def test_the_last_covered_day_is_covered():
    assert clock.due(calendar(), wib("2027-12-31 16:00"), "15m") == wib("2027-12-31 16:15")


def test_a_calendar_without_working_time_refuses_to_answer():
    with pytest.raises(ClockError, match="load it for more years"):
        clock.due(calendar(week=((),) * 7, seasons=()), wib("2026-11-23 09:00"), "15m")


def test_years_of_working_time_add_up():
    long = calendar(last_day=date(2056, 12, 31))
    start = wib("2026-11-23 09:00")
    end = clock.add(long, start, 25 * 52 * timedelta(hours=37, minutes=30))
    assert 24.9 < (end - start).days / 365.25 < 25.1
    assert clock.elapsed(long, start, end) == 25 * 52 * timedelta(hours=37, minutes=30)
