"""The working-time clock: when an answer is due, and how much working time lies between two instants.

Every instant is an aware datetime and an argument; results are in the calendar's zone. A start outside
working time rolls to the next opening. An urgent request runs on `calendar.nonstop`. What cannot be
answered raises ClockError: a naive datetime, a day that the calendar does not cover.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from cadangan.core.calendar import DayMode, WorkCalendar
from cadangan.errors import ClockError

__all__ = ["DayMode", "Pause", "WorkCalendar", "add", "add_days", "due", "elapsed", "extend"]

_STANDARD = re.compile(r"([1-9]\d{0,4})([mhd])")
_UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1)}
_ZERO = timedelta(0)
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Pause:
    """A time in which the clock stood still, waiting for the requester; `reason` says for what."""

    start: datetime
    end: datetime
    reason: str

    def __post_init__(self) -> None:
        if self.start.utcoffset() is None or self.end.utcoffset() is None:
            raise ClockError(f"A pause needs aware datetimes, not {self.start} and {self.end}.")
        if self.end < self.start:
            raise ClockError(f"A pause cannot end at {self.end}, before it starts at {self.start}.")
        if not self.reason.strip():
            raise ClockError(f"The pause from {self.start} to {self.end} needs a reason.")


def due(calendar: WorkCalendar, start: datetime, standard: str, urgent: bool = False) -> datetime:
    """Return when a step that starts at `start` is due.

    :param standard: "15m" and "1h" run in working time, "1d" by the calendar's mode of days.
    :param urgent: the standard runs around the clock.
    """
    match = _STANDARD.fullmatch(standard)
    if match is None:
        raise ClockError(f'{standard!r} is not a time standard; write it as "15m", "1h" or "1d".')
    in_force = calendar.nonstop if urgent else calendar
    count, unit = int(match[1]), match[2]
    return add_days(in_force, start, count) if unit == "d" else add(in_force, start, count * _UNITS[unit])


def add(calendar: WorkCalendar, start: datetime, amount: timedelta) -> datetime:
    """Return the instant at which `amount` of working time has passed since `start`."""
    if amount < _ZERO:
        raise ClockError(f"Working time can only be added, not {amount}.")
    timeline = calendar.timeline
    return timeline.instant(timeline.position(start) + amount) if amount else timeline.opening(start)


def add_days(calendar: WorkCalendar, start: datetime, count: int) -> datetime:
    """Return `start` and `count` days, as the calendar's mode defines a day."""
    if count < 1:
        raise ClockError(f"A standard of days is at least one day, not {count}.")
    timeline = calendar.timeline
    match calendar.day_mode:
        case DayMode.WALL_CLOCK:
            return timeline.local(timeline.local(start).astimezone(UTC) + count * _DAY)
        case DayMode.WORKING_HOURS:
            return add(calendar, start, count * calendar.day_length)
        case DayMode.END_OF_NEXT_DAY:
            return timeline.working_day(timeline.opening(start).date(), count)[1]
        case DayMode.NEXT_DAY:
            return _same_time(calendar, timeline.opening(start), count)


def _same_time(calendar: WorkCalendar, start: datetime, count: int) -> datetime:
    """Return the same clock time `count` working days on: closing at the latest, and a break counts to its end."""
    opens, closes = calendar.timeline.working_day(start.date(), count)
    wanted = datetime.combine(opens.date(), start.time(), start.tzinfo)
    return closes if wanted >= closes else calendar.timeline.opening(wanted)


def elapsed(calendar: WorkCalendar, start: datetime, end: datetime, pauses: Collection[Pause] = ()) -> timedelta:
    """Return the working time from `start` to `end` without the pauses; negative when `end` comes first."""
    paused = sum((_length(calendar, *span) for span in _merged(pauses, start, end)), _ZERO)
    return _length(calendar, start, end) - paused


def extend(calendar: WorkCalendar, start: datetime, due_at: datetime, pauses: Collection[Pause]) -> datetime:
    """Return the due time of a step that began at `start`, later by the working time that the pauses took from it.

    :param due_at: the due time as it was at the start, no pause in it.
    """
    last = max((pause.end for pause in pauses), default=start)
    for begins, ends in _merged(pauses, start, last):
        lost = _length(calendar, begins, ends)
        if lost and begins < due_at:
            due_at = add(calendar, due_at, lost)
    return due_at


def _length(calendar: WorkCalendar, start: datetime, end: datetime) -> timedelta:
    return calendar.timeline.position(end) - calendar.timeline.position(start)


def _merged(pauses: Collection[Pause], start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Yield the pauses between `start` and `end` in order; where they overlap, each instant once."""
    reached = start
    for pause in sorted(pauses, key=lambda pause: pause.start):
        begins, ends = max(pause.start, reached), min(pause.end, end)
        if begins < ends:
            yield begins, ends
            reached = ends
