"""The working intervals of a calendar laid end to end, so that any question about them is a binary search.

Inside, all is UTC, since instants of one zone compare and subtract by wall clock. Working time is half-open:
closing time itself belongs to the next opening.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from itertools import accumulate
from zoneinfo import ZoneInfo

from cadangan.core.hours import DAY_MINUTES, Hours
from cadangan.errors import ClockError

_ZERO = timedelta(0)


class Timeline:
    """The working time of a stretch of days; a question that leads out of it raises ClockError.

    :param hours: every day of the stretch, in order, with its working hours.
    """

    def __init__(self, zone: ZoneInfo, hours: Mapping[date, Hours]) -> None:
        self._zone = zone
        self._first, self._last = min(hours), max(hours)
        self._hours = {day: spans for day, spans in hours.items() if spans}
        self._days = list(self._hours)
        spans = [(day, span) for day, spans in self._hours.items() for span in spans]
        self._opens = [self._at(day, opens) for day, (opens, _) in spans]
        self._closes = [self._at(day, closes) for day, (_, closes) in spans]
        lengths = [closes - opens for opens, closes in zip(self._opens, self._closes, strict=True)]
        self._upto = list(accumulate(lengths))

    def local(self, moment: datetime) -> datetime:
        """Return `moment` in the calendar's zone."""
        if moment.utcoffset() is None:
            raise ClockError(f"{moment.isoformat()} has no zone; pass an aware datetime.")
        local = moment.astimezone(self._zone)
        if not self._first <= local.date() <= self._last:
            raise self._beyond(f"{local.isoformat()} lies outside")
        return local

    def opening(self, moment: datetime) -> datetime:
        """Return `moment` when it is working time, else the next opening."""
        utc, index = self._find(moment)
        if index == len(self._closes):
            raise self._beyond(f"No working time follows {moment.isoformat()} in")
        return max(utc, self._opens[index]).astimezone(self._zone)

    def position(self, moment: datetime) -> timedelta:
        """Return the working time between the first day's beginning and `moment`."""
        utc, index = self._find(moment)
        before = self._upto[index - 1] if index else _ZERO
        return before if index == len(self._closes) else before + max(utc - self._opens[index], _ZERO)

    def instant(self, position: timedelta) -> datetime:
        """Return the earliest instant at which `position` of working time has passed."""
        index = bisect_left(self._upto, position)
        if index == len(self._upto):
            raise self._beyond("The working time asked for ends after")
        return (self._closes[index] - (self._upto[index] - position)).astimezone(self._zone)

    def working_day(self, start: date, count: int) -> tuple[datetime, datetime]:
        """Return when the `count`-th working day after `start` opens and closes."""
        index = bisect_right(self._days, start) + count - 1
        if index >= len(self._days):
            raise self._beyond(f"Working day {count} after {start} lies outside")
        day = self._days[index]
        opens, closes = self._hours[day][0][0], self._hours[day][-1][1]
        return self._at(day, opens).astimezone(self._zone), self._at(day, closes).astimezone(self._zone)

    def _find(self, moment: datetime) -> tuple[datetime, int]:
        """Return `moment` in UTC and the index of the interval that holds it or comes next."""
        utc = self.local(moment).astimezone(UTC)
        return utc, bisect_right(self._closes, utc)

    def _at(self, day: date, minute: int) -> datetime:
        days, rest = divmod(minute, DAY_MINUTES)
        wall = datetime.combine(day + timedelta(days=days), time(rest // 60, rest % 60), self._zone)
        return wall.astimezone(UTC)

    def _beyond(self, what: str) -> ClockError:
        return ClockError(f"{what} the calendar of {self._first} to {self._last}; load it for more years.")
