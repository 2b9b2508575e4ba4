"""Check the four files together: what is wrong in or between them, and what deserves a look."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import TypeVar

from cadangan.config import assets, calendar, coverage, policies, sop
from cadangan.config.calendar import Calendar, PublicHolidays, national_holidays
from cadangan.config.restoring import EMBEDDED
from cadangan.errors import ConfigError

Model = TypeVar("Model")

# The key of age's own documentation, with which the file is shipped.
SAMPLE_RECIPIENT = "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p"


def check_all() -> None:
    """Raise ConfigError with everything that is wrong in the files of the config folder and between them."""
    problems: list[str] = []
    registered = _loaded(assets.load_assets, assets.FILE, problems)
    rules = _loaded(sop.load_sop, sop.FILE, problems)
    storage = _loaded(policies.load_policies, policies.FILE, problems)
    _loaded(calendar.load_calendar, calendar.FILE, problems)
    if registered and rules:
        problems += _unknown_owners(registered, rules)
    if registered and storage:
        unknown = list(_unknown_policies(registered, storage))
        problems += unknown
        if rules and not unknown:
            problems += coverage.problems(registered, storage, rules)
        problems += _unfit_scratch(registered, storage)
        problems += _unknown_targets(registered, storage)
    if rules and storage and storage.alerts.role not in rules.roles:
        problems.append(f"{policies.FILE} alerts.role: {storage.alerts.role} is no name in roles of {sop.FILE}")
    if storage:
        problems += _sample_recipients(storage)
    if problems:
        raise ConfigError("The configuration is not usable; correct these lines.", problems)


def beyond_assets(registered: assets.Assets) -> list[str]:
    """Return what `registered` names that the other files do not know; raise ConfigError when those are unusable."""
    return [*_unknown_owners(registered, sop.load_sop()), *_unknown_policies(registered, policies.load_policies())]


def advice(day: date) -> list[str]:
    """Return what is allowed but deserves a look: dates of the year of `day` not known yet, single copies,
    assets that nothing backs up by itself, standing approvals that have ended."""
    working, storage = calendar.load_calendar(), policies.load_policies()
    single = [policy.name for policy in storage.policies if len(policy.copies) == 1]
    return [
        *_unknown_dates(working, day.year),
        *(f"{policies.FILE} policies: {name} keeps one copy only; a second one elsewhere is safer" for name in single),
        *_unscheduled(storage),
        *_ended_approvals(storage, day),
        *_changeable(storage),
        *_abroad(storage),
    ]


def _unscheduled(storage: policies.Policies) -> Iterator[str]:
    for name in coverage.uncovered(assets.load_assets(), storage):
        yield f"{assets.FILE}: {name} is in no policy's schedule; it is backed up only when a letter asks for it"


def _ended_approvals(storage: policies.Policies, day: date) -> Iterator[str]:
    for policy in storage.policies:
        if policy.schedule and policy.schedule.approval.valid_until < day:
            ended = policy.schedule.approval.valid_until
            yield f"{policies.FILE} policies: the standing approval of {policy.name} ended on {ended}; its runs fail"


def _changeable(storage: policies.Policies) -> Iterator[str]:
    for policy in storage.policies:
        if not any(destination.immutable_days for destination in storage.destinations_of(policy)):
            yield (
                f"{policies.FILE} policies: {policy.name} has no copy that is immutable: whoever takes over the "
                "workers' account can delete them all; an s3:// destination with immutable_days keeps one"
            )


def _abroad(storage: policies.Policies) -> Iterator[str]:
    for destination in storage.destinations:
        if destination.allowed_outside:
            yield (
                f"{policies.FILE} destinations: {destination.name} is in {destination.location}, allowed because: "
                f"{destination.allowed_outside}"
            )


def _loaded(load: Callable[[], Model], file_name: str, problems: list[str]) -> Model | None:
    """Return what `load` returns, or add the file's violations to `problems`."""
    try:
        return load()
    except ConfigError as err:
        problems += [f"{file_name} {line}" for line in err.violations]
        return None


def _located(registered: assets.Assets) -> Iterator[tuple[str, assets.Asset]]:
    for row, server in enumerate(registered.servers):
        for column, asset in enumerate(server.assets):
            yield f"{assets.FILE} servers[{row}].assets[{column}]", asset


def _unknown_owners(registered: assets.Assets, rules: sop.Sop) -> Iterator[str]:
    codes = {skpd.code for skpd in rules.skpd}
    for where, asset in _located(registered):
        if asset.owner not in codes:
            yield f"{where}.owner: {asset.owner} is no code in skpd of {sop.FILE}"


def _unknown_policies(registered: assets.Assets, storage: policies.Policies) -> Iterator[str]:
    names = {policy.name for policy in storage.policies}
    for where, asset in _located(registered):
        if asset.policy not in names:
            yield f"{where}.policy: {asset.policy} is no name in policies of {policies.FILE}"


def _unfit_scratch(registered: assets.Assets, storage: policies.Policies) -> Iterator[str]:
    engines = {server.name: server.engine for server in registered.servers}
    for index, scratch in enumerate(storage.rehearsal.scratch):
        where = f"{policies.FILE} rehearsal.scratch[{index}]"
        if scratch.server != EMBEDDED and engines.get(scratch.server) != scratch.engine:
            yield f"{where}.server: {scratch.server} is no {scratch.engine} server of {assets.FILE}, nor {EMBEDDED}"
        if scratch.server == EMBEDDED and scratch.conn_id:
            yield f"{where}.conn_id: nobody logs in to an embedded server; name a server of {assets.FILE}"


def _unknown_targets(registered: assets.Assets, storage: policies.Policies) -> Iterator[str]:
    names = {server.name for server in registered.servers}
    for index, target in enumerate(storage.restore.targets):
        if target.server not in names:
            yield f"{policies.FILE} restore.targets[{index}].server: {target.server} is no server of {assets.FILE}"


def _sample_recipients(storage: policies.Policies) -> Iterator[str]:
    for index, recipient in enumerate(storage.stream.recipients):
        if recipient == SAMPLE_RECIPIENT:
            yield (
                f"{policies.FILE} stream.recipients[{index}]: is the sample key, with which nobody here can decrypt; "
                "put the public key of a pair that `age-keygen` made"
            )


def _unknown_dates(working: Calendar, year: int) -> Iterator[str]:
    ranges = working.ramadan.ranges if working.ramadan else ()
    if working.ramadan and not any(year in (days.first_day.year, days.last_day.year) for days in ranges):
        yield f"{calendar.FILE} ramadan.ranges: has no Ramadan of {year}"
    leave = national_holidays(PublicHolidays(categories=("government",)), range(year, year + 1))
    if not leave and not any(off.day.year == year for off in working.days_off):
        yield f"{calendar.FILE} days_off: the cuti bersama of {year} is not known; enter it from the joint decree (SKB)"
