"""calendar.yaml: working hours, Ramadan, holidays, and what differs from them in this office."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from functools import lru_cache
from typing import Annotated, Literal, get_args
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field, model_validator

from cadangan.config.assets import Text
from cadangan.config.loading import Strict, load, refuse, repeated
from cadangan.core.calendar import DayMode, Season, SpecialDay, WorkCalendar
from cadangan.core.hours import Hours, Week, parse_hours

FILE = "calendar.yaml"
Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
WEEKDAYS: tuple[Weekday, ...] = get_args(Weekday)


def _parseable(spans: tuple[str, ...]) -> tuple[str, ...]:
    parse_hours(spans)
    return spans


Spans = Annotated[tuple[str, ...], AfterValidator(_parseable)]


class WeekHours(Strict):
    """Working hours by weekday; a weekday without hours is free.

    :param monday: spans of working time, breaks left out: ["07:30-12:00", "13:00-16:00"].
    :param tuesday: as on Monday.
    :param wednesday: as on Monday.
    :param thursday: as on Monday.
    :param friday: as on Monday.
    :param saturday: as on Monday.
    :param sunday: as on Monday.
    """

    monday: Spans = ()
    tuesday: Spans = ()
    wednesday: Spans = ()
    thursday: Spans = ()
    friday: Spans = ()
    saturday: Spans = ()
    sunday: Spans = ()

    @model_validator(mode="after")
    def _has_working_time(self) -> "WeekHours":
        if not any(self.week()):
            raise ValueError("no weekday has working hours")
        return self

    def week(self) -> Week:
        """Return the hours from Monday to Sunday."""
        return tuple(parse_hours(getattr(self, name)) for name in WEEKDAYS)


class Days(Strict):
    """A stretch of days.

    :param first_day: its first day.
    :param last_day: its last day, included.
    """

    first_day: date
    last_day: date

    @model_validator(mode="after")
    def _in_order(self) -> "Days":
        if self.last_day < self.first_day:
            raise ValueError(f"last_day {self.last_day} comes before first_day {self.first_day}")
        return self


class Ramadan(Strict):
    """Ramadan, whose days are decreed each year and cannot be computed.

    :param hours: working hours in Ramadan.
    :param ranges: its days, one entry a year.
    """

    hours: WeekHours
    ranges: Annotated[tuple[Days, ...], Field(min_length=1)]


class PublicHolidays(Strict):
    """National holidays, taken from the `holidays` library.

    :param country: ISO country code.
    :param categories: public (libur nasional) and government (cuti bersama); none of them for no holidays at all.
    :param language: language of the holidays' names.
    """

    country: Literal["ID"] = "ID"
    categories: tuple[Literal["public", "government"], ...] = ("public", "government")
    language: Literal["id", "en_US"] = "id"


class DayOff(Strict):
    """A day without work that the national list does not hold.

    :param day: the day.
    :param reason: why: the decree, in a few words.
    """

    day: date
    reason: Text


class WorkingDay(Strict):
    """A day of work that would be free otherwise.

    :param day: the day.
    :param reason: why: the decree, in a few words.
    :param hours_of: the weekday whose hours it has; its own, or Monday's where it has none, when left out.
    """

    day: date
    reason: Text
    hours_of: Weekday | None = None

    def hours_in(self, week: Week) -> Hours:
        """Return the hours of this day, `week` being in force."""
        if self.hours_of:
            return week[WEEKDAYS.index(self.hours_of)]
        return week[self.day.weekday()] or week[WEEKDAYS.index("monday")]


class Calendar(Strict):
    """The whole file.

    :param zone: time zone of the office (WIB, WITA or WIT).
    :param day_mode: what "1d" means. hari_kerja_h1: the same clock time on the next working day, closing time
        at the latest. jam_kerja: the working hours of one mean day. akhir_hari_h1: closing time of the next
        working day. kalender: 24 hours.
    :param hours: ordinary working hours.
    :param ramadan: Ramadan's working hours and days.
    :param holidays: source of the national holidays and cuti bersama.
    :param days_off: further days without work.
    :param working_days: days of work in spite of a weekend or holiday.
    """

    zone: Literal["Asia/Jakarta", "Asia/Pontianak", "Asia/Makassar", "Asia/Jayapura"] = "Asia/Jakarta"
    day_mode: DayMode = DayMode.NEXT_DAY
    hours: WeekHours
    ramadan: Ramadan | None = None
    holidays: PublicHolidays = PublicHolidays()
    days_off: tuple[DayOff, ...] = ()
    working_days: tuple[WorkingDay, ...] = ()

    @model_validator(mode="after")
    def _no_day_is_named_twice(self) -> "Calendar":
        days = [str(off.day) for off in self.days_off] + [str(work.day) for work in self.working_days]
        refuse(f"days_off, working_days: {day} is named more than once" for day in repeated(days))
        return self

    def build(self, years: Sequence[int]) -> WorkCalendar:
        """Return the working calendar from the first to the last of `years`."""
        covered = range(min(years), max(years) + 1)
        plain = WorkCalendar(
            zone=ZoneInfo(self.zone),
            first_day=date(covered[0], 1, 1),
            last_day=date(covered[-1], 12, 31),
            week=self.hours.week(),
            seasons=self._seasons(),
            day_mode=self.day_mode,
        )
        return replace(plain, special_days=(*self._free_days(covered), *self._added_days(plain)))

    def _seasons(self) -> tuple[Season, ...]:
        if self.ramadan is None:
            return ()
        week = self.ramadan.hours.week()
        return tuple(Season(days.first_day, days.last_day, week) for days in self.ramadan.ranges)

    def _free_days(self, years: range) -> list[SpecialDay]:
        reasons = national_holidays(self.holidays, years) | {entry.day: entry.reason for entry in self.days_off}
        worked = {entry.day for entry in self.working_days}
        return [SpecialDay(day, (), reason) for day, reason in sorted(reasons.items()) if day not in worked]

    def _added_days(self, plain: WorkCalendar) -> list[SpecialDay]:
        return [
            SpecialDay(entry.day, entry.hours_in(plain.week_on(entry.day)), entry.reason) for entry in self.working_days
        ]


@lru_cache(maxsize=16)
def national_holidays(source: PublicHolidays, years: range) -> dict[date, str]:
    """Return the national holidays of `years` with their names."""
    if not source.categories:
        return {}  # the library would take its default ones
    import holidays  # noqa: PLC0415 - a quarter of a second, which the parsing of DAG files need not pay

    found = holidays.country_holidays(
        source.country, years=years, categories=source.categories, language=source.language
    )
    return dict(found)


def load_calendar() -> Calendar:
    """Return calendar.yaml of the config folder."""
    return load(FILE, Calendar)


def work_calendar(day: date) -> WorkCalendar:
    """Return the working calendar of calendar.yaml for the year of `day`, the one before and the two after."""
    return load_calendar().build(range(day.year - 1, day.year + 3))
