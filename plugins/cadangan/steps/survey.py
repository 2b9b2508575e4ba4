"""Look over the stock: what is kept and what may go, and of which assets nothing may."""

import logging
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from cadangan.config.coverage import keepers
from cadangan.config.policies import Policy
from cadangan.core import retention
from cadangan.core.naming import parse
from cadangan.core.retention import Rules, Verdict
from cadangan.errors import CadanganError
from cadangan.register import stock
from cadangan.register.stock import Stored
from cadangan.steps.desk import Desk
from cadangan.vault.copies import finished

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Survey:
    """What was found.

    :param verdicts: on every back-up in stock.
    :param unfinished: reasons, by id, of those whose destruction began and did not end.
    :param held: assets of which nothing may go, and why.
    """

    verdicts: list[Verdict]
    unfinished: dict[int, str]
    held: dict[str, str]

    def expired(self) -> dict[int, str]:
        """Return the reasons of those that may go, by id."""
        going = {v.backup.key: v.reason.value for v in self.verdicts if not v.reason.keeps}
        return self.unfinished | going


def survey(desk: Desk, after: str) -> Survey:
    """Judge the stock of the assets whose policy lets back-ups go `after` "rule" or "gate".

    Destinations are listed, so it takes a while where there are many assets.
    """
    keeping = keepers(desk.assets, desk.policies)
    with desk.register.reading() as session:
        locks = stock.immutable(session, _immutable(desk), desk.now())
        every = [each._replace(lock=each.lock or locks.get(each.key)) for each in stock.kept(session, desk.now())]
        stored, names = stock.files(session), stock.names(session)
        unfinished, failed = stock.unfinished(session), stock.failed_last(session)
    mine = {name for name, policy in keeping.items() if policy.retention.after == after}
    found = [backup for backup in every if backup.asset in mine]
    held = dict.fromkeys(failed & mine, "its last back-up failed")
    held |= _disagreeing(desk, stored, names, {backup.asset for backup in found})
    for asset, why in sorted(held.items()):
        log.warning("Nothing of %s may go: %s", asset, why)
    verdicts = retention.judge(
        found, lambda asset: _rules(keeping[asset]), now=desk.now(), zone=desk.zone, held=frozenset(held)
    )
    return Survey(list(verdicts), {key: why for key, asset, why in unfinished if asset in mine}, held)


def _immutable(desk: Desk) -> dict[str, int]:
    return {each.name: each.immutable_days for each in desk.policies.destinations if each.immutable_days}


def _rules(policy: Policy) -> Rules:
    return policy.retention.rules(policy.retention_days)


def _disagreeing(desk: Desk, stored: list[Stored], names: set[str], assets: set[str]) -> dict[str, str]:
    """Return the assets about which the register and the vault disagree, with one of the differences."""
    wanted: dict[tuple[str, str], set[str]] = defaultdict(set)
    for file in stored:
        if file.asset in assets:
            wanted[file.asset, file.destination] |= {file.artefact, parse(file.backup).manifest()}
    found: dict[str, str] = {}
    for asset in sorted(assets):
        places = {destination for each, destination in wanted if each == asset}
        differences = (
            difference
            for destination in sorted(places)
            for difference in _differences(desk, asset, destination, wanted[asset, destination], names)
        )
        if difference := next(differences, None):
            found[asset] = difference
    return found


def _differences(desk: Desk, asset: str, destination: str, wanted: set[str], names: set[str]) -> Iterator[str]:
    given = next((place for place in desk.policies.destinations if place.name == destination), None)
    if given is None:
        yield f"destination {destination} is not in policies.yaml any more"
        return
    try:
        place = desk.place(given)
        there, complete = place.files(asset), finished(place, asset)
    except CadanganError as err:
        yield f"destination {destination} cannot be looked at: {err}"
        return
    yield from (f"{name} is not at {destination}" for name in sorted(wanted - there))
    yield from (
        f"{name} lies at {destination} and is not in the register" for name in complete if str(name) not in names
    )
