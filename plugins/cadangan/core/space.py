"""When a destination will be full, told from how it filled up so far."""

from collections.abc import Sequence
from datetime import datetime

_DAY = 86_400.0


def growth_per_day(samples: Sequence[tuple[datetime, int]]) -> float | None:
    """Return by how many bytes a day the stored bytes grow: the slope of the line that fits best.

    None with samples of less than a day: nothing can be told then.
    """
    if len(samples) < 2 or (samples[-1][0] - samples[0][0]).total_seconds() < _DAY:  # noqa: PLR2004
        return None
    days = [(at - samples[0][0]).total_seconds() / _DAY for at, _ in samples]
    sizes = [float(size) for _, size in samples]
    mean_day, mean_size = sum(days) / len(days), sum(sizes) / len(sizes)
    spread = sum((day - mean_day) ** 2 for day in days)
    return sum((day - mean_day) * (size - mean_size) for day, size in zip(days, sizes, strict=True)) / spread


def days_until_full(samples: Sequence[tuple[datetime, int]], free: int | None) -> float | None:
    """Return in how many days `free` bytes are used up; None when they do not grow, or nothing can be told.

    :param samples: moments and the bytes that were stored then, the oldest first.
    """
    growth = growth_per_day(samples)
    if free is None or growth is None or growth <= 0:
        return None
    return free / growth
