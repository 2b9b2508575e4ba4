"""Which policy backs an asset up without a letter: assets.yaml and policies.yaml read together."""

from collections.abc import Iterator

from cadangan.config import assets, policies, sop
from cadangan.config.assets import Asset, Assets, Server
from cadangan.config.policies import Policies, Policy
from cadangan.config.sop import Sop


def selected(registered: Assets, policy: Policy) -> list[tuple[Server, Asset]]:
    """Return the assets that the schedule of `policy` covers, in the order of assets.yaml; none without a schedule."""
    if policy.schedule is None:
        return []
    select = policy.schedule.select
    return [
        (server, asset)
        for server, asset in registered.by_name().values()
        if (asset.policy == policy.name if select is None else select.takes(server, asset))
    ]


def scheduled(registered: Assets, storage: Policies) -> dict[str, list[Policy]]:
    """Return, for every asset, the policies whose schedule covers it."""
    found: dict[str, list[Policy]] = {name: [] for name in registered.by_name()}
    for policy in storage.policies:
        for _, asset in selected(registered, policy):
            found[asset.name].append(policy)
    return found


def keepers(registered: Assets, storage: Policies) -> dict[str, Policy]:
    """Return by whose rules an asset's back-ups are kept: those of the policy that schedules it, else its own."""
    by_name = registered.by_name()
    return {
        name: found[0] if found else storage.policy(by_name[name][1].policy)
        for name, found in scheduled(registered, storage).items()
    }


def problems(registered: Assets, storage: Policies, rules: Sop) -> Iterator[str]:
    """Yield what is wrong between the files about schedules."""
    known = _known(registered, rules)
    for index, policy in enumerate(storage.policies):
        where = f"{policies.FILE} policies[{index}].schedule"
        if policy.schedule and rules.person(policy.schedule.approval.by) is None:
            yield f"{where}.approval.by: {policy.schedule.approval.by} is no log-in in people of {sop.FILE}"
        if policy.schedule and policy.schedule.select:
            for key, names in policy.schedule.select:
                strangers = [name for name in names if name not in known[key]]
                yield from (f"{where}.select.{key}: {name} is not found in {assets.FILE}" for name in strangers)
    for asset, found in scheduled(registered, storage).items():
        if len(found) > 1:
            names = ", ".join(policy.name for policy in found)
            yield f"{policies.FILE} policies: {asset} is in the schedules of {names}; one policy backs an asset up"
    if storage.number_prefixes & {rules.number_prefix}:
        yield f"{sop.FILE} number_prefix: {rules.number_prefix} is taken by a series of {policies.FILE}"


def uncovered(registered: Assets, storage: Policies) -> list[str]:
    """Return the assets that no schedule covers."""
    return [name for name, found in scheduled(registered, storage).items() if not found]


def pools(registered: Assets, storage: Policies) -> dict[str, int]:
    """Return the Airflow pools that limit dumps, with their slots: one a server, by the strictest of its policies."""
    slots: dict[str, int] = {}
    for policy in storage.policies:
        limit = policy.limits.parallel_per_server
        if limit is not None:
            for server, _ in selected(registered, policy):
                pool = pool_of(server.name)
                slots[pool] = min(limit, slots.get(pool, limit))
    return slots


def pool_of(server: str) -> str:
    """Return the name of the pool of a server."""
    return f"cadangan_{server}"


def _known(registered: Assets, rules: Sop) -> dict[str, set[str]]:
    every = registered.by_name()
    return {
        "assets": set(every),
        "exclude": set(every),
        "tags": {tag for _, asset in every.values() for tag in asset.tags},
        "engines": {"postgres", "mysql", "sqlite", "files"},
        "skpd": {skpd.code for skpd in rules.skpd},
        "servers": {server.name for server in registered.servers},
    }
