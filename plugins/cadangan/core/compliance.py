"""Compliance with the time standards: how many steps kept theirs, and how long they took (SOP column 8; UU 25/2009).

A step counts in the month in which it began. One that still runs counts as late once its due time has passed, and
has no minutes yet; one that was given up with its request is told apart.
"""

import statistics
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from cadangan.core.states import Step

ALL = ""


@dataclass(frozen=True)
class StepRun:
    """One step of one request in one round, as the register has it.

    :param month: of its beginning, in the office's zone: "2026-11".
    :param minutes: working time that it took, pauses left out; None while it runs or when it was given up.
    :param given_up: the request ended before the step did.
    """

    request_no: str
    service: str
    office: str
    step: Step
    month: str
    due_at: datetime
    ended_at: datetime | None
    minutes: float | None
    reason: str = ""
    given_up: bool = False


@dataclass(frozen=True)
class Line:
    """The figures of a step in a month, of one office or of all of them (office "").

    :param waiting: began, and neither ended nor late yet.
    :param unexplained: numbers of late requests for which nobody recorded why.
    :param reasons: (request, why) of those that were late.
    """

    month: str
    step: Step
    office: str
    requests: int
    in_time: int
    late: int
    waiting: int
    given_up: int
    median: float | None
    percentile_95: float | None
    reasons: tuple[tuple[str, str], ...]
    unexplained: tuple[str, ...]

    @property
    def share(self) -> float | None:
        """The share of those decided that were in time, 0 to 1; None when there is none yet."""
        decided = self.in_time + self.late
        return self.in_time / decided if decided else None


def recap(runs: Iterable[StepRun], as_of: datetime) -> tuple[Line, ...]:
    """Return the lines of every month and step, first of all offices together and then of each, in order."""
    grouped: dict[tuple[str, Step, str], list[StepRun]] = defaultdict(list)
    for run in runs:
        for office in (ALL, run.office):
            grouped[run.month, run.step, office].append(run)
    order = list(Step)
    keys = sorted(grouped, key=lambda key: (key[0], order.index(key[1]), key[2]))
    return tuple(_line(*key, grouped[key], as_of) for key in keys)


def is_late(run: StepRun, as_of: datetime) -> bool:
    """Return whether a step ended after its due time, or is beyond it without having ended."""
    return not run.given_up and (run.ended_at or as_of) > run.due_at


def _line(month: str, step: Step, office: str, runs: Sequence[StepRun], as_of: datetime) -> Line:
    late = [run for run in runs if is_late(run, as_of)]
    given_up = sum(run.given_up for run in runs)
    waiting = sum(run.ended_at is None and not run.given_up and not is_late(run, as_of) for run in runs)
    minutes = sorted(run.minutes for run in runs if run.minutes is not None)
    return Line(
        month=month,
        step=step,
        office=office,
        requests=len(runs),
        in_time=len(runs) - len(late) - waiting - given_up,
        late=len(late),
        waiting=waiting,
        given_up=given_up,
        median=statistics.median(minutes) if minutes else None,
        percentile_95=percentile(minutes, 0.95),
        reasons=tuple((run.request_no, run.reason) for run in late if run.reason),
        unexplained=tuple(run.request_no for run in late if not run.reason),
    )


def percentile(ordered: Sequence[float], share: float) -> float | None:
    """Return the value below which `share` (0 to 1) of the ascending values lie, interpolated; None of nothing."""
    if not ordered:
        return None
    position = share * (len(ordered) - 1)
    below = int(position)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (position - below)


@dataclass(frozen=True)
class AssetState:
    """How well an asset is protected. Hours and seconds; None where there is nothing to tell.

    :param newest_good_at: recovery point of the newest back-up that no check has failed.
    :param rpo_hours: the oldest that this may be, by policy.
    :param proved_at: when a back-up of it was last restored and found equal.
    :param restore_seconds: how long that took.
    """

    asset: str
    office: str
    newest_good_at: datetime | None
    rpo_hours: float | None
    proved_at: datetime | None
    restore_seconds: float | None

    def age_hours(self, as_of: datetime) -> float | None:
        """Return the age of its newest good back-up."""
        return (as_of - self.newest_good_at).total_seconds() / 3600 if self.newest_good_at else None

    def within_rpo(self, as_of: datetime) -> bool | None:
        """Return whether the newest good back-up is young enough; None without a policy's word on it."""
        if self.rpo_hours is None:
            return None
        age = self.age_hours(as_of)
        return age is not None and age <= self.rpo_hours


def oldest_unproved(assets: Iterable[AssetState]) -> tuple[AssetState, ...]:
    """Return the assets in the order of need: those never proved first, then the longest unproved."""
    return tuple(sorted(assets, key=lambda one: (one.proved_at is not None, one.proved_at or 0, one.asset)))


def by_month(lines: Iterable[Line]) -> dict[str, tuple[Line, ...]]:
    """Return the lines of all offices together, by month."""
    whole = [line for line in lines if line.office == ALL]
    return {month: tuple(group) for month, group in groupby(whole, key=lambda line: line.month)}
