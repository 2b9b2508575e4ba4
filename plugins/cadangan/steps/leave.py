"""What a run's policy says now: its standing approval, its limits."""

from cadangan.config.assets import Asset
from cadangan.config.policies import Policy
from cadangan.core.standing import Standing
from cadangan.core.states import SCHEDULED
from cadangan.register.models import Request
from cadangan.steps.desk import Desk


def standing_of(desk: Desk, request: Request) -> Standing | None:
    """Return the standing approval that covers a scheduled run as policies.yaml has it; None where it has none."""
    policy = _scheduling(desk, request)
    return policy.schedule.standing(policy.name) if policy and policy.schedule else None


def limits_of(desk: Desk, request: Request, asset: Asset) -> dict[str, float]:
    """Return what the policy under which `asset` is dumped sets in the place of `stream`."""
    return policy_of(desk, request, asset).limits.stream()


def policy_of(desk: Desk, request: Request, asset: Asset) -> Policy:
    """Return the policy under which `asset` is backed up: a schedule's own, else the one that the asset names."""
    return _scheduling(desk, request) or desk.policy_of(asset)


def _scheduling(desk: Desk, request: Request) -> Policy | None:
    if request.service != SCHEDULED:
        return None
    return next((policy for policy in desk.policies.policies if policy.name == request.form.get("policy")), None)
