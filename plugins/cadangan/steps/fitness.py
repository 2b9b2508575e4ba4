"""Whether an asset could be backed up as things stand, told before anyone asks for it."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cadangan.config.assets import Asset, Server
from cadangan.config.destinations import Destination
from cadangan.config.policies import Policies
from cadangan.core.states import Verdict
from cadangan.documents.failures import told
from cadangan.engines import engine
from cadangan.errors import HostError
from cadangan.vault.place import Place, free_bytes, require_room

if TYPE_CHECKING:
    from cadangan.engines.contract import Inspection, Site

CHECKS = ("host", "server", "client", "privileges", "space")


@dataclass(frozen=True)
class Finding:
    """What one check showed, and why where it did not pass."""

    verdict: Verdict
    why: str = ""


@dataclass(frozen=True)
class Fitness:
    """What the checks of one asset showed, by their names in CHECKS."""

    asset: str
    server: str
    findings: dict[str, Finding]

    @property
    def fit(self) -> bool:
        """Whether nothing stands in the way of a back-up; what could not be told does not."""
        return all(finding.verdict is not Verdict.FAILED for finding in self.findings.values())


@dataclass(frozen=True)
class Inspector:
    """What the checks need of the surroundings; see `steps.desk.Desk`."""

    policies: Policies
    site: Callable[[Server, Asset], AbstractContextManager["Site"]]
    place: Callable[[Destination], Place]

    def check(self, server: Server, asset: Asset) -> Fitness:
        """Reach `asset` as its back-up would and return what that showed; whatever fails is a finding."""
        found = dict.fromkeys(CHECKS, Finding(Verdict.NOT_RUN))
        try:
            with self.site(server, asset) as site:
                found["host"] = Finding(Verdict.PASSED)
                inspection = engine(server.engine).inspect(site.target, self.policies.client_dirs, site.host)
            found["server"] = Finding(Verdict.PASSED)
            found |= _client_and_privileges(inspection)
            found["space"] = self._space(asset, inspection.predicted_bytes)
        except Exception as err:
            found["host" if isinstance(err, HostError) else "server"] = _failed(err)
        return Fitness(asset.name, server.name, found)

    def _space(self, asset: Asset, needed: int) -> Finding:
        try:
            destinations = self.policies.destinations_of(self.policies.policy(asset.policy))
            places = [self.place(destination) for destination in destinations]
            require_room(places, needed)
            unknown = [place.name for place in places if free_bytes(place) is None]
        except Exception as err:
            return _failed(err)
        if unknown:
            return Finding(Verdict.NOT_RUN, f"The room at {', '.join(unknown)} cannot be told.")
        return Finding(Verdict.PASSED)


def _client_and_privileges(inspection: "Inspection") -> dict[str, Finding]:
    """Tell the blockers apart: where no client fits, the first one says so."""
    without = inspection.blockers[:1] if inspection.dumps_with is None else ()
    return {
        "client": _unless(without),
        "privileges": _unless(inspection.blockers[len(without) :]),
    }


def _unless(problems: tuple[str, ...]) -> Finding:
    return Finding(Verdict.FAILED, " ".join(problems)) if problems else Finding(Verdict.PASSED)


def _failed(err: Exception) -> Finding:
    return Finding(Verdict.FAILED, told(err).detail)
