"""The desk at which the steps work: the register, the rules and the ways out of the office."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from cadangan.config.assets import Asset, Assets, Server
from cadangan.config.destinations import Destination
from cadangan.config.policies import Policies, Policy
from cadangan.config.sop import Sop
from cadangan.core import clock
from cadangan.core.calendar import WorkCalendar
from cadangan.core.states import Step
from cadangan.register.models import Request
from cadangan.register.session import Register
from cadangan.vault.place import Place

if TYPE_CHECKING:
    from cadangan.engines.contract import Site


@dataclass(frozen=True)
class Desk:
    """All that a step needs.

    :param zone: where the office is.
    :param calendar: the working calendar; a function, since reading the national holidays takes half a second.
    :param now: the clock, aware instants.
    :param site: an asset within reach, for as long as the block lasts.
    :param place: the filesystem and folder behind a destination.
    :param identity: the age identity that decrypts, or None where this host holds none.
    """

    register: Register
    sop: Sop
    assets: Assets
    policies: Policies
    zone: ZoneInfo
    calendar: Callable[[], WorkCalendar]
    now: Callable[[], datetime]
    site: Callable[[Server, Asset], AbstractContextManager["Site"]]
    place: Callable[[Destination], Place]
    identity: Callable[[], str | None]

    def policy_of(self, asset: Asset) -> Policy:
        """Return the policy that `asset` names."""
        return self.policies.policy(asset.policy)

    def due(self, request: Request, step: Step, start: datetime) -> datetime | None:
        """Return when `step` is due if it starts at `start`; None for a step without a time standard."""
        standard = self.sop.steps[step].standard
        return clock.due(self.calendar(), start, standard, bool(request.form.get("urgent"))) if standard else None

    def calendar_of(self, request: Request) -> WorkCalendar:
        """Return the calendar on which the steps of `request` run: an urgent one's runs around the clock."""
        return self.calendar().nonstop if request.form.get("urgent") else self.calendar()

    def documents(self) -> Place:
        """Return the folder of the rendered documents."""
        url, conn_id = self.policies.documents_url, self.policies.documents_conn_id
        return self.place(Destination(name="dokumen", url=url, conn_id=conn_id))
