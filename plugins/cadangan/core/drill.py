"""Which stored back-up is to be rehearsed next, within a budget of time. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

_NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Candidate:
    """A stored back-up.

    :param at: its recovery point.
    :param proved_at: when a rehearsal of any back-up of its asset last passed, None for never.
    :param failed: its own newest rehearsal failed; the file will not have become another one.
    :param expected: how long its rehearsal will take, by the last one of its asset; nothing where there was none.
    """

    key: int
    asset: str
    at: datetime
    proved_at: datetime | None = None
    failed: bool = False
    expected: timedelta = timedelta(0)


def newest(candidates: Iterable[Candidate]) -> list[Candidate]:
    """Return the newest of each asset: what is older proves nothing that anyone would restore first."""
    found: dict[str, Candidate] = {}
    for each in candidates:
        known = found.get(each.asset)
        if known is None or (each.at, each.key) > (known.at, known.key):
            found[each.asset] = each
    return list(found.values())


def choose(waiting: Iterable[Candidate], left: timedelta, *, anything_done: bool) -> Candidate | None:
    """Return which of the `waiting` to rehearse now, None when the run is over.

    It is the one whose asset was unproved for the longest; what failed before comes after all others. Once anything
    was done only what fits into what is `left` of the budget is taken. The first one is taken whatever it needs, for
    else the largest would never be proved.
    """
    if left <= timedelta(0):
        return None
    fitting = [each for each in waiting if not anything_done or each.expected <= left]
    return min(fitting, key=_urgency, default=None)


def _urgency(candidate: Candidate) -> tuple[bool, datetime, datetime, int]:
    return candidate.failed, candidate.proved_at or _NEVER, candidate.at, candidate.key
