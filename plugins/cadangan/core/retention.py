"""Which back-ups are kept and which may go: a pure function of what there is, the rules, and the time.

Generations (GFS) keep the **first** good back-up of each hour, day, week, month or year. The first of a period is
known at once and stays the first: a newer back-up of the same period takes nothing away from it. Only verified-good
back-ups stand for a period. Beside `count` periods the newest one is kept, since it may just have begun: on the first
of January the only yearly back-up is not given up for one that is an hour old.
"""

import enum
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo
from typing import NamedTuple


@enum.unique
class Period(enum.StrEnum):
    """The generations, the shortest first."""

    HOURLY = "hourly"
    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"
    YEARLY = "yearly"


@enum.unique
class Reason(enum.StrEnum):
    """Why a back-up is kept or goes, as people read it; the first that holds, in this order."""

    HELD = "ditahan: register dan gudang tidak cocok, atau pelaksanaan terakhir gagal"
    LOCKED = "dikunci"
    LAST_GOOD = "cadangan baik terakhir"
    MINIMUM = "jumlah minimum cadangan baik"
    NO_GOOD = "belum ada cadangan baik dari aset ini"
    UNPROVED = "lebih baru daripada cadangan baik terakhir"
    RECENT = "masih dalam masa simpan"
    HOURLY = "generasi per jam"
    DAILY = "generasi harian"
    WEEKLY = "generasi mingguan"
    MONTHLY = "generasi bulanan"
    YEARLY = "generasi tahunan"
    NOT_GOOD = "tidak lulus pemeriksaan, dan ada cadangan baik yang lebih baru"
    PAST = "masa simpan berakhir"

    @property
    def keeps(self) -> bool:
        """Whether a back-up stays for this reason."""
        return self not in {Reason.NOT_GOOD, Reason.PAST}


@dataclass(frozen=True, slots=True)
class Lock:
    """What keeps a back-up whatever the rules say: why, and until when; None for no end."""

    why: str
    until: datetime | None = None


class Kept(NamedTuple):
    """A back-up that is there.

    :param key: what the caller knows it by.
    :param at: its recovery point, an aware instant.
    :param good: its latest checks ran and none failed.
    :param size: bytes in the vault.
    """

    key: int
    asset: str
    at: datetime
    good: bool
    size: int
    lock: Lock | None = None


@dataclass(frozen=True)
class Generation:
    """How long one generation is kept.

    :param count: periods beside the newest one; None for all.
    :param days: age in days after which none is kept; None for no limit.
    """

    count: int | None = None
    days: int | None = None


@dataclass(frozen=True)
class Rules:
    """The rules of one asset.

    :param days: every back-up younger than this is kept.
    :param generations: what is kept of older ones.
    :param min_good: so many of the newest good ones are kept whatever their age; one always is.
    """

    days: int
    generations: Mapping[Period, Generation] = field(default_factory=dict)
    min_good: int = 1


class Verdict(NamedTuple):
    """What becomes of a back-up, and why."""

    backup: Kept
    reason: Reason


def judge(
    backups: Iterable[Kept], rules: Callable[[str], Rules], *, now: datetime, zone: tzinfo, held: frozenset[str]
) -> Iterator[Verdict]:
    """Yield a verdict on every back-up, asset by asset, the oldest first.

    :param rules: of an asset.
    :param zone: in which days begin.
    :param held: assets of which nothing may go now, because the register and the vault disagree about them or their
        last back-up failed.
    """
    by_asset: dict[str, list[Kept]] = {}
    for backup in backups:
        by_asset.setdefault(backup.asset, []).append(backup)
    for asset, found in by_asset.items():
        found.sort(key=lambda backup: (backup.at, backup.key))
        if asset in held:
            yield from (Verdict(backup, Reason.HELD) for backup in found)
        else:
            yield from _judged(found, rules(asset), now, zone)


def _judged(found: list[Kept], rules: Rules, now: datetime, zone: tzinfo) -> Iterator[Verdict]:
    """Yield the verdicts on the back-ups of one asset, which come in order of time."""
    good = [backup for backup in found if backup.good]
    minimum = {backup.key for backup in good[-max(1, rules.min_good) :]}
    standing = _generations(good, rules, now, zone)
    last = good[-1] if good else None
    recent = now - timedelta(days=rules.days)
    for backup in found:
        if backup.lock and (backup.lock.until is None or backup.lock.until > now):
            reason = Reason.LOCKED
        elif last is None:
            reason = Reason.NO_GOOD
        elif backup.key in minimum:
            reason = Reason.LAST_GOOD if backup is last else Reason.MINIMUM
        elif not backup.good and backup.at >= last.at:
            reason = Reason.UNPROVED
        elif backup.at > recent:
            reason = Reason.RECENT
        else:
            reason = standing.get(backup.key) or (Reason.PAST if backup.good else Reason.NOT_GOOD)
        yield Verdict(backup, reason)


def _generations(good: list[Kept], rules: Rules, now: datetime, zone: tzinfo) -> dict[int, Reason]:
    """Return which good back-ups stand for a period that is kept; the shortest generation names the reason."""
    standing: dict[int, Reason] = {}
    for period in Period:
        generation = rules.generations.get(period)
        if generation is None:
            continue
        firsts = _firsts(good, period, zone)
        if generation.count is not None:
            firsts = firsts[-(generation.count + 1) :]
        oldest = now - timedelta(days=generation.days) if generation.days is not None else None
        for backup in firsts:
            if oldest is None or backup.at >= oldest:
                standing.setdefault(backup.key, _REASONS[period])
    return standing


def _firsts(good: list[Kept], period: Period, zone: tzinfo) -> list[Kept]:
    """Return the first back-up of each period."""
    key_of, firsts, latest = _KEYS[period], [], None
    for backup in good:
        key = key_of(backup.at.astimezone(zone))
        if key != latest:
            firsts.append(backup)
            latest = key
    return firsts


_REASONS = {period: Reason[period.name] for period in Period}
_KEYS: dict[Period, Callable[[datetime], tuple[int, ...]]] = {
    Period.HOURLY: lambda at: (at.year, at.month, at.day, at.hour),
    Period.DAILY: lambda at: (at.year, at.month, at.day),
    Period.WEEKLY: lambda at: at.isocalendar()[:2],
    Period.MONTHLY: lambda at: (at.year, at.month),
    Period.YEARLY: lambda at: (at.year,),
}
