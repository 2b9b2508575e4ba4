"""Builders of working calendars."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from cadangan.core.calendar import Season, SpecialDay, WorkCalendar
from cadangan.core.hours import parse_hours

WIB = ZoneInfo("Asia/Jakarta")
MONDAY = parse_hours(["07:30-12:00", "13:00-16:00"])
FRIDAY = parse_hours(["07:30-11:30", "13:00-16:30"])
WEEK = (MONDAY, MONDAY, MONDAY, MONDAY, FRIDAY, (), ())
RAMADAN_MONDAY = parse_hours(["08:00-12:00", "12:30-15:00"])
RAMADAN_FRIDAY = parse_hours(["08:00-11:30", "12:30-15:30"])
RAMADAN = Season(
    date(2026, 2, 19),
    date(2026, 3, 20),
    (RAMADAN_MONDAY, RAMADAN_MONDAY, RAMADAN_MONDAY, RAMADAN_MONDAY, RAMADAN_FRIDAY, (), ()),
)
HOLIDAYS = tuple(
    SpecialDay(date.fromisoformat(day), (), reason)
    for day, reason in [
        ("2026-03-18", "Cuti Bersama Hari Suci Nyepi"),
        ("2026-03-19", "Hari Suci Nyepi"),
        ("2026-03-20", "Cuti Bersama Hari Raya Idul Fitri"),
        ("2026-03-23", "Cuti Bersama Hari Raya Idul Fitri"),
        ("2026-03-24", "Cuti Bersama Hari Raya Idul Fitri"),
        ("2026-12-24", "Cuti Bersama Hari Raya Natal"),
        ("2026-12-25", "Hari Raya Natal"),
    ]
)


def calendar(**overrides) -> WorkCalendar:
    """Return the office's calendar of 2026 and 2027, as far as the tests need it."""
    content = {
        "zone": WIB,
        "first_day": date(2026, 1, 1),
        "last_day": date(2027, 12, 31),
        "week": WEEK,
        "seasons": (RAMADAN,),
        "special_days": HOLIDAYS,
    }
    return WorkCalendar(**content | overrides)


def wib(text: str) -> datetime:
    """Return "2026-11-23 09:00" as an instant in WIB."""
    return datetime.fromisoformat(text).replace(tzinfo=WIB)
