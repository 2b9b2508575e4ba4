"""policies.yaml, the part of what is done without a letter: which assets, when, by whose leave, and how long kept."""

import re
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Annotated, Literal

from pydantic import Field, StringConstraints, model_validator

from cadangan.config.assets import Asset, Name, Server, Text
from cadangan.config.loading import Strict
from cadangan.core.retention import Generation, Period, Rules
from cadangan.core.standing import Standing

Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
WEEK: tuple[Weekday, ...] = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
Clock = Annotated[str, StringConstraints(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
_CRON = re.compile(r"\S+( \S+){4}")


def is_cron(expression: str) -> bool:
    """Return whether `expression` is a cron expression of five fields."""
    from croniter import croniter  # type: ignore[import-untyped]  # noqa: PLC0415 - only these files need it

    return bool(_CRON.fullmatch(expression)) and croniter.is_valid(expression)


class Selection(Strict):
    """Which assets: those that match any of the lists, less those of `exclude`. Assets registered later match too.

    :param assets: by name.
    :param tags: by `tags` of assets.yaml.
    :param engines: by `engine` of their server.
    :param skpd: by `owner`.
    :param servers: everything that is registered on these servers.
    :param exclude: names of assets that are left out all the same.
    """

    assets: tuple[Name, ...] = ()
    tags: tuple[Name, ...] = ()
    engines: tuple[Literal["postgres", "mysql", "sqlite", "files"], ...] = ()
    skpd: tuple[Text, ...] = ()
    servers: tuple[Name, ...] = ()
    exclude: tuple[Name, ...] = ()

    def takes(self, server: Server, asset: Asset) -> bool:
        """Return whether `asset` on `server` is among them."""
        return asset.name not in self.exclude and (
            asset.name in self.assets
            or asset.owner in self.skpd
            or server.engine in self.engines
            or server.name in self.servers
            or any(tag in self.tags for tag in asset.tags)
        )


class Window(Strict):
    """A span of time in which back-ups may run, in the zone of Asia/Jakarta.

    :param days: on which it begins.
    :param start: "22:00"; the run begins then.
    :param end: "04:00", the next day where it is not after `start`; no dump begins later.
    """

    days: Annotated[tuple[Weekday, ...], Field(min_length=1)] = WEEK
    start: Clock
    end: Clock

    def cron(self) -> str:
        """Return when it begins, as a cron expression."""
        hour, minute = self.start.split(":")
        days = "*" if set(self.days) == set(WEEK) else ",".join(dict.fromkeys(day[:3] for day in self.days))
        return f"{int(minute)} {int(hour)} * * {days}"

    def around(self, moment: datetime) -> tuple[datetime, datetime] | None:
        """Return start and end of this window about `moment`, an aware instant in the office's zone, if it is open."""
        for day in (moment.date(), moment.date() - timedelta(days=1)):
            start = datetime.combine(day, time.fromisoformat(self.start), moment.tzinfo)
            end = datetime.combine(day, time.fromisoformat(self.end), moment.tzinfo)
            end += timedelta(days=end <= start)
            if WEEK[day.weekday()] in self.days and start <= moment < end:
                return start, end
        return None


class StandingApproval(Strict):
    """The letter that allows the scheduled back-ups of a policy once and for all.

    :param number: of the letter.
    :param day: its date.
    :param by: log-in, in `people` of sop.yaml, of who signed it.
    :param valid_until: the last day on which it counts.
    """

    number: Text
    day: date
    by: Text
    valid_until: date

    @model_validator(mode="after")
    def _in_order(self) -> "StandingApproval":
        if self.valid_until < self.day:
            raise ValueError(f"valid_until {self.valid_until} comes before day {self.day}")
        return self


class Schedule(Strict):
    """When a policy's assets are backed up without a letter. Either `cron` or `windows`.

    :param select: which assets; those that name the policy when left out.
    :param cron: cron expressions of five fields, in the zone of Asia/Jakarta.
    :param windows: or spans of time.
    :param approval: by whose leave.
    :param catch_up_hours: how late a missed run may still begin; however late when left out, 0 for never. Of several
        missed runs one is made up for, since each would back up the same state. A window's end comes before this.
    """

    select: Selection | None = None
    cron: tuple[Text, ...] = ()
    windows: tuple[Window, ...] = ()
    approval: StandingApproval
    catch_up_hours: Annotated[float, Field(ge=0)] | None = None

    def problems(self) -> Iterator[str]:
        """Yield what contradicts itself, each with its path below the schedule."""
        if bool(self.cron) == bool(self.windows):
            yield "cron: give either cron or windows"
        for index, expression in enumerate(self.cron):
            if not is_cron(expression):
                yield f"cron[{index}]: {expression} is no cron expression of five fields"

    def crons(self) -> tuple[str, ...]:
        """Return when runs begin, as cron expressions."""
        return self.cron or tuple(dict.fromkeys(window.cron() for window in self.windows))

    def window(self, moment: datetime) -> tuple[datetime, datetime] | None:
        """Return start and end of the window that is open at `moment`, None when none is."""
        found = (window.around(moment) for window in self.windows)
        return max((around for around in found if around), key=lambda around: around[1], default=None)

    def standing(self, policy: str) -> Standing:
        """Return the approval as it is bound to plans, under the policy's name."""
        given = self.approval
        return Standing(policy, given.number, given.day, given.by, given.valid_until)


class Limits(Strict):
    """How hard a policy's back-ups may press. What is left out is as in `stream`.

    :param parallel_per_server: dumps at once from one server, by an Airflow pool; no limit when left out.
    :param bandwidth: MB a second that one back-up writes to each of its copies, after compression.
    :param lock_timeout: seconds that a dump waits for a lock.
    :param idle_timeout: seconds without a byte until a dump counts as hung.
    """

    parallel_per_server: Annotated[int, Field(ge=1)] | None = None
    bandwidth: Annotated[float, Field(gt=0)] | None = None
    lock_timeout: Annotated[int, Field(ge=1)] | None = None
    idle_timeout: Annotated[int, Field(ge=1)] | None = None

    def stream(self) -> dict[str, float]:
        """Return those that replace values of `stream`."""
        return self.model_dump(exclude={"parallel_per_server"}, exclude_none=True)


class Kept(Strict):
    """How long one generation of back-ups is kept: the first good one of each hour, day, week, month or year.

    :param count: how many beside the newest; all when left out.
    :param days: age in days after which none is kept; no limit when left out.
    """

    count: Annotated[int, Field(ge=0)] | None = None
    days: Annotated[int, Field(ge=1)] | None = None


class Retention(Strict):
    """What is kept beyond `retention_days`, and how the rest is destroyed.

    :param hourly: the first good back-up of each hour.
    :param daily: of each day.
    :param weekly: of each week, which begins on Monday.
    :param monthly: of each month.
    :param yearly: of each year.
    :param min_good: so many of the newest good back-ups of an asset stay whatever their age.
    :param after: what must precede the destruction: nothing but the "rule", or an answer at a "gate".
    """

    hourly: Kept | None = None
    daily: Kept | None = None
    weekly: Kept | None = None
    monthly: Kept | None = None
    yearly: Kept | None = None
    min_good: Annotated[int, Field(ge=1)] = 1
    after: Literal["rule", "gate"] = "gate"

    def rules(self, days: int) -> Rules:
        """Return the rules of an asset of which everything is kept for `days`."""
        given = {period: getattr(self, period.value) for period in Period}
        generations = {period: Generation(kept.count, kept.days) for period, kept in given.items() if kept}
        return Rules(days, generations, self.min_good)
