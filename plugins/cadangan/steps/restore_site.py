"""The server to which is restored, within reach of an account that may do so."""

from collections.abc import Iterator
from contextlib import contextmanager

from cadangan.config.assets import Asset, Server
from cadangan.core.manifest import Manifest
from cadangan.engines import engine
from cadangan.engines.contract import Site
from cadangan.errors import NotConfigured
from cadangan.restore.job import RestoreJob
from cadangan.steps.desk import Desk


@contextmanager
def within_reach(desk: Desk, asset_name: str, server_name: str) -> Iterator[Site]:
    """Give the asset's own database, or on another server one that exists there.

    :raises NotConfigured: assets.yaml has no such server.
    """
    server, asset = desk.assets.find(asset_name)
    if server.name != server_name:
        server, asset = _elsewhere(desk, server_name)
    account = next((each for each in desk.policies.restore.targets if each.server == server_name), None)
    if account:
        server = server.model_copy(update={"conn_id": account.conn_id})
    with desk.site(server, asset) as site:
        yield site


def job(desk: Desk, manifest: Manifest, destination: str, site: Site) -> RestoreJob:
    """Return the job that restores the copy at `destination`; raise NotConfigured where policies.yaml lacks that."""
    known = {each.name: each for each in desk.policies.destinations}
    if destination not in known:
        raise NotConfigured(f"policies.yaml has no destination {destination}, where the copy lies; enter it again.")
    return RestoreJob(
        manifest=manifest,
        place=desk.place(known[destination]),
        engine=engine(manifest.source.engine),
        site=site,
        client_dirs=desk.policies.client_dirs,
        policy=desk.policies.restore,
        identity=desk.identity(),
    )


def _elsewhere(desk: Desk, server_name: str) -> tuple[Server, Asset]:
    server = next((each for each in desk.assets.servers if each.name == server_name), None)
    if server is None:
        raise NotConfigured(f"assets.yaml has no server {server_name}, to which is to be restored; enter it again.")
    account = next((each for each in desk.policies.restore.targets if each.server == server_name), None)
    first = server.assets[0]
    return server, first.model_copy(update={"database": (account.database if account else "") or first.database})
