"""An asset within reach: straight, through a tunnel, or by way of the host that runs its client."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from cadangan.config.assets import Asset, Server
from cadangan.config.policies import StreamPolicy
from cadangan.engines import engine
from cadangan.engines.contract import Login, Site
from cadangan.hosts import local
from cadangan.hosts.host import Host
from cadangan.hosts.ssh import SshHost, SshLogin, Way, Zstd, open_way, tunnel, usable


def straight(server: Server, asset: Asset, login: Login) -> Site:
    """Return `asset` as this machine reaches it by itself."""
    return Site(engine(server.engine).target_of(login, asset.database), local)


@contextmanager
def over_ssh(server: Server, asset: Asset, login: Login, ssh: SshLogin, stream: StreamPolicy) -> Iterator[Site]:
    """Give `asset` as it is reached by way of the host of `ssh`.

    Cadangan's own session takes stock of the server from here, so it needs the tunnel also where the client runs there.

    :param stream: how a dump is compressed, should that happen over there.
    :raises HostError: that host cannot be reached or used.
    """
    engine_of = engine(server.engine)
    with open_way(ssh) as way:
        host = _host(server, way, stream)
        if engine_of.PORT is None:
            yield Site(engine_of.target_of(login, asset.database), host)
            return
        with tunnel(way, login.host or "localhost", login.port or engine_of.PORT) as inlet:
            yield Site(engine_of.target_of(replace(login, tunnel=inlet), asset.database), host)


def _host(server: Server, way: Way, stream: StreamPolicy) -> Host:
    if not server.dumps_there:
        return local
    zstd = Zstd(stream.level, stream.threads) if server.compress == "there" else None
    return usable(SshHost(way, zstd))
