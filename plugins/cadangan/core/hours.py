"""Working hours of a day: pairs of minutes after local midnight, in order, the breaks left out."""

import re
from collections.abc import Iterable
from itertools import pairwise

from cadangan.errors import ClockError

Hours = tuple[tuple[int, int], ...]
Week = tuple[Hours, ...]

DAY_MINUTES = 24 * 60
AROUND_THE_CLOCK: Hours = ((0, DAY_MINUTES),)

_TIME = r"([01]\d|2[0-3]):([0-5]\d)"
_SPAN = re.compile(f"{_TIME}-(?:{_TIME}|24:00)")


def parse_hours(spans: Iterable[str]) -> Hours:
    """Return spans like "07:30-12:00" as minutes.

    Raise ClockError unless each ends after it starts and all are in order without overlap.
    """
    hours = tuple(_parse_span(span) for span in spans)
    minutes = [minute for span in hours for minute in span]
    if any(later <= earlier for earlier, later in pairwise(minutes)):
        raise ClockError("working hours must be in order, with a break between them, and end after they start")
    return hours


def _parse_span(span: str) -> tuple[int, int]:
    match = _SPAN.fullmatch(span)
    if match is None:
        raise ClockError(f'{span!r} is not a span of hours; write it as "07:30-12:00"')
    from_hour, from_minute, to_hour, to_minute = match.groups()
    end = int(to_hour) * 60 + int(to_minute) if to_hour else DAY_MINUTES
    return int(from_hour) * 60 + int(from_minute), end
