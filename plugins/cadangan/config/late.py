"""The `late` part of sop.yaml: who hears when a step uses its time standard up."""

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field, model_validator

from cadangan.config.assets import Name
from cadangan.config.loading import Strict, refuse, repeated

IN_CHARGE = "in_charge"
BREACH = 100


class ShareRule(Strict):
    """Who hears of a step when a share of its time standard is used up.

    :param share: percent of the standard, in working time; at 100 the step is late.
    :param to: in_charge for the people who may answer the step's gate or carry it out, and names of roles.
    """

    share: Annotated[int, Field(ge=1, le=BREACH)]
    to: Annotated[tuple[Name, ...], Field(min_length=1)]


class LateRules(Strict):
    """Notices about time standards.

    :param shares: one entry a share; 100, the breach, must be among them.
    :param watcher_silent: roles that hear when nobody has watched the time standards for five minutes.
    """

    shares: tuple[ShareRule, ...] = (
        ShareRule(share=50, to=(IN_CHARGE,)),
        ShareRule(share=75, to=(IN_CHARGE,)),
        ShareRule(share=BREACH, to=(IN_CHARGE, "manager")),
    )
    watcher_silent: Annotated[tuple[Name, ...], Field(min_length=1)] = ("staff", "manager")

    @model_validator(mode="after")
    def _has_the_breach_once(self) -> "LateRules":
        refuse(self._problems())
        return self

    def _problems(self) -> Iterator[str]:
        shares = [rule.share for rule in self.shares]
        yield from (f"shares: {share} is used more than once" for share in repeated([str(share) for share in shares]))
        if BREACH not in shares:
            yield f"shares: {BREACH} is missing; people must hear of a step that is late"

    def role_names(self) -> Iterator[tuple[str, str]]:
        """Yield where in the file a role is named, and its name."""
        for index, rule in enumerate(self.shares):
            yield from ((f"shares[{index}].to", name) for name in rule.to if name != IN_CHARGE)
        yield from (("watcher_silent", name) for name in self.watcher_silent)

    def told_at(self, share: int) -> tuple[str, ...]:
        """Return who hears at `share`; at one that is no longer in the file, the people in charge."""
        return next((rule.to for rule in self.shares if rule.share == share), (IN_CHARGE,))
