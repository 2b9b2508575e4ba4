"""The working calendar: which hours of which days are working time."""

import enum
import hashlib
import json
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from cadangan.core.hours import AROUND_THE_CLOCK, Hours, Week
from cadangan.core.timeline import Timeline


@enum.unique
class DayMode(enum.StrEnum):
    """What a standard of days means: see docs/reference/configuration.md, `day_mode`."""

    NEXT_DAY = "hari_kerja_h1"
    WORKING_HOURS = "jam_kerja"
    END_OF_NEXT_DAY = "akhir_hari_h1"
    WALL_CLOCK = "kalender"


@dataclass(frozen=True)
class Season:
    """Days, both ends included, with a week of their own: Ramadan."""

    first_day: date
    last_day: date
    week: Week


@dataclass(frozen=True)
class SpecialDay:
    """A day whose hours are not those of its weekday: none on a holiday. `reason` says why."""

    day: date
    hours: Hours
    reason: str


@dataclass(frozen=True)
class WorkCalendar:
    """The working time of the days from `first_day` to `last_day`; outside them nothing is known.

    :param week: hours from Monday to Sunday.
    :param seasons: the first that holds a day wins over `week`; a special day wins over both.
    """

    zone: ZoneInfo
    first_day: date
    last_day: date
    week: Week
    seasons: tuple[Season, ...] = ()
    special_days: tuple[SpecialDay, ...] = ()
    day_mode: DayMode = DayMode.NEXT_DAY

    @cached_property
    def version(self) -> str:
        """Return the first 12 hex digits of the SHA-256 of the content."""
        content = json.dumps(asdict(self), default=str, sort_keys=True)
        return hashlib.sha256(content.encode()).hexdigest()[:12]

    @cached_property
    def day_length(self) -> timedelta:
        """Return the mean working time of a working day of the ordinary week."""
        lengths = [sum(closes - opens for opens, closes in hours) for hours in self.week if hours]
        return timedelta(minutes=sum(lengths)) / max(len(lengths), 1)

    @cached_property
    def nonstop(self) -> "WorkCalendar":
        """Return the calendar of urgent requests: the same days around the clock, a day being 24 hours."""
        week = (AROUND_THE_CLOCK,) * 7
        return replace(self, week=week, seasons=(), special_days=(), day_mode=DayMode.WALL_CLOCK)

    @cached_property
    def timeline(self) -> Timeline:
        """Return the working intervals, built once."""
        count = (self.last_day - self.first_day).days + 1
        days = [self.first_day + timedelta(days=number) for number in range(count)]
        return Timeline(self.zone, {day: self.hours_on(day) for day in days})

    def week_on(self, day: date) -> Week:
        """Return the week in force on `day`."""
        return next((season.week for season in self.seasons if season.first_day <= day <= season.last_day), self.week)

    def hours_on(self, day: date) -> Hours:
        """Return the working hours of `day`."""
        special = self._special.get(day)
        return self.week_on(day)[day.weekday()] if special is None else special.hours

    @cached_property
    def _special(self) -> dict[date, SpecialDay]:
        return {special.day: special for special in self.special_days}
