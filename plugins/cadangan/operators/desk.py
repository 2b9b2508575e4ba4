"""Open the desk with Airflow's connections."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache, partial
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from airflow.sdk import BaseHook, Connection, Context, ObjectStoragePath
from airflow.sdk.exceptions import AirflowNotFoundException

from cadangan.config.assets import Asset, Server, load_assets
from cadangan.config.calendar import load_calendar, work_calendar
from cadangan.config.destinations import Destination
from cadangan.config.policies import StreamPolicy, load_policies
from cadangan.config.sop import load_sop
from cadangan.errors import NotConfigured, VaultError
from cadangan.operators.connections import register_url
from cadangan.register.session import open_register
from cadangan.steps import intake
from cadangan.steps.desk import Desk
from cadangan.vault.place import Place

if TYPE_CHECKING:
    from cadangan.engines.contract import Login, Site
    from cadangan.hosts.ssh import SshLogin
    from cadangan.steps.fitness import Inspector


def open_desk() -> Desk:
    """Return the desk of this Airflow: its register, its configuration, its connections."""
    policies = load_policies()

    def now() -> datetime:
        return datetime.now(UTC)

    def identity() -> str | None:
        return _connection(policies.identity_conn_id).password if policies.identity_conn_id else None

    return Desk(
        register=open_register(register_url()),
        sop=load_sop(),
        assets=load_assets(),
        policies=policies,
        zone=ZoneInfo(load_calendar().zone),
        calendar=cache(lambda: work_calendar(now().date())),
        now=now,
        site=partial(site_of, stream=policies.stream),
        place=partial(place_of, patience=policies.stream.idle_timeout),
        identity=identity,
    )


def open_inspector() -> "Inspector":
    """Return what checks assets by this Airflow's connections; it needs no register."""
    from cadangan.steps.fitness import Inspector

    policies = load_policies()
    return Inspector(
        policies=policies,
        site=partial(site_of, stream=policies.stream),
        place=partial(place_of, patience=policies.stream.idle_timeout),
    )


def open_request(context: Context) -> tuple[Desk, str]:
    """Return the desk and the number of the request that the running task belongs to; raise RecordMissing."""
    desk = open_desk()
    run = context["dag_run"]
    return desk, intake.number_of(desk, run.dag_id, run.run_id)


@contextmanager
def site_of(server: Server, asset: Asset, stream: StreamPolicy) -> "Iterator[Site]":
    """Give `asset` within reach, over SSH where its server says so.

    :param stream: how a dump is compressed, should that happen on another host.
    :raises NotConfigured: a connection is missing or cannot be used.
    :raises HostError: the host on the way cannot be reached or used.
    """
    from cadangan.backup.reach import over_ssh, straight

    login = _login(server, asset)
    if server.ssh_conn_id is None:
        yield straight(server, asset, login)
        return
    with over_ssh(server, asset, login, _ssh_login(server.ssh_conn_id), stream) as site:
        yield site


def _login(server: Server, asset: Asset) -> "Login":
    from cadangan.engines.contract import Login

    if server.conn_id is None:
        return Login(None, None, "", "", {"exclude": asset.exclude})
    found = _connection(server.conn_id)
    return Login(found.host, found.port, found.login or "", found.password or "", found.extra_dejson)


def _ssh_login(conn_id: str) -> "SshLogin":
    from cadangan.hosts.ssh import ssh_login

    found = _connection(conn_id)
    return ssh_login(
        conn_id,
        host=found.host,
        port=found.port,
        user=found.login,
        password=found.password,
        extra=found.extra_dejson,
    )


def place_of(destination: Destination, patience: float) -> Place:
    """Return the filesystem and folder behind `destination`, reached through its Airflow connection.

    :param patience: seconds within which it must answer.
    :raises NotConfigured: there is no such connection.
    :raises VaultError: it cannot be reached, or Airflow does not know the protocol.
    """
    if destination.url.startswith("s3://"):
        return _bucket(destination, patience)
    if destination.conn_id:
        _connection(destination.conn_id)
    try:
        path = ObjectStoragePath(destination.url, conn_id=destination.conn_id)
        fs = path.fs
    except ValueError as err:
        raise VaultError(
            f"Destination {destination.name}: Airflow cannot reach {destination.url}: {err}. Install the provider "
            "of that protocol, or choose another place in policies.yaml.",
            destination=destination.name,
        ) from err
    except Exception as err:
        raise VaultError(
            f"Destination {destination.name}: {destination.url} cannot be reached: {err}. Check that server and its "
            "connection.",
            destination=destination.name,
        ) from err
    return Place(name=destination.name, fs=fs, address=destination.url, base=path.path, patience=patience)


def _bucket(destination: Destination, patience: float) -> Place:
    # Airflow's own way to S3 is the Amazon provider: two dozen packages, of which this needs one.
    from cadangan.vault import objects, s3

    found = _connection(destination.conn_id) if destination.conn_id else None
    fs = s3.connect(found.login, found.password, found.extra_dejson) if found else s3.connect(None, None, {})
    if destination.immutable_days:
        objects.lock(fs, destination.immutable_days)
    base = destination.url.removeprefix("s3://").rstrip("/")
    return Place(name=destination.name, fs=fs, address=destination.url, base=base, patience=patience)


def _connection(conn_id: str) -> Connection:
    try:
        return BaseHook.get_connection(conn_id)
    except AirflowNotFoundException as err:
        raise NotConfigured(f"The Airflow connection {conn_id} does not exist; add it, then clear the task.") from err
