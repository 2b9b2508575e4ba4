"""Compare what is on every server with assets.yaml, and tell the staff what differs (SOP: the asset register)."""

import logging
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from cadangan.config.assets import BY_PATH, Asset, Assets, Server
from cadangan.config.sop import STAFF
from cadangan.core.discovery import Discovery, uncovered, unregistered, vanished
from cadangan.documents import discovery as texts
from cadangan.documents.failures import told
from cadangan.engines import engine
from cadangan.hosts.command import Command
from cadangan.register import discoveries
from cadangan.register.asset_models import DiscoveryFinding
from cadangan.steps import entitlement
from cadangan.steps.desk import Desk
from cadangan.steps.post import enqueue_of_office

if TYPE_CHECKING:
    from cadangan.engines.contract import Site

KIND = "asset_discovery"
SiteOf = Callable[[Server, Asset], AbstractContextManager["Site"]]
_ANSWER_SECONDS = 60.0
_NOT_SHOWN = "Akun pencadangan tidak diperlihatkan semua isi server; beri hak SHOW DATABASES, atau hak baca folder."
_NO_ROOTS = "Folder yang harus ditelusuri (roots) belum ditetapkan pada assets.yaml."
log = logging.getLogger(__name__)


def discover(registered: Assets, site: SiteOf) -> list[Discovery]:
    """Look at every server of `registered` and return what each look showed; one that fails does not stop the others.

    :param site: an asset within reach, for as long as the block lasts.
    """
    return [_look(server, site) for server in registered.servers]


def keep(desk: Desk, found: Sequence[Discovery]) -> None:
    """Record what was found, and put a mail to the staff into the outbox when anything is not in order."""
    servers = {server.name for server in desk.assets.servers}
    with desk.register.transaction() as session:
        for one in found:
            discoveries.record(session, one, desk.now())
        standing = discoveries.open_findings(session, servers)
        if standing or any(one.trouble or one.doubt for one in found):
            _tell(desk, session, found, standing)


def _look(server: Server, site: SiteOf) -> Discovery:
    look = _look_by_path if server.engine in BY_PATH else _look_at_server
    try:
        return look(server, site)
    except Exception as err:
        # A server that is down must not keep the others from being looked at.
        log.warning("%s could not be looked at: %s", server.name, err)
        return Discovery(server.name, trouble=told(err).sentence)


def _look_at_server(server: Server, site: SiteOf) -> Discovery:
    with site(server, server.assets[0]) as reached:
        there = engine(server.engine).databases(reached.target, reached.host)
    databases = {asset.name: asset.database for asset in server.assets}
    return Discovery(
        server.name,
        unregistered=unregistered(there.names, databases.values(), server.ignore),
        vanished=vanished(databases, there.names),
        doubt="" if there.complete else _NOT_SHOWN,
    )


def _look_by_path(server: Server, site: SiteOf) -> Discovery:
    databases = {asset.name: asset.database for asset in server.assets}
    names: list[str] = []
    complete = True
    for root in server.roots:
        with site(server, server.assets[0].model_copy(update={"database": root, "exclude": ()})) as reached:
            there = engine(server.engine).databases(reached.target, reached.host)
        names += there.names
        complete = complete and there.complete
    compare = uncovered if server.engine == "files" else unregistered
    return Discovery(
        server.name,
        unregistered=compare(names, databases.values(), server.ignore),
        vanished=vanished(databases, _standing(server, site)),
        doubt=("" if complete else _NOT_SHOWN) if server.roots else _NO_ROOTS,
    )


def _standing(server: Server, site: SiteOf) -> list[str]:
    """Return the paths of the server's assets that are there, wherever they lie."""
    with site(server, server.assets[0]) as reached:
        return [
            asset.database
            for asset in server.assets
            if reached.host.run(Command(("test", "-e", asset.database)), _ANSWER_SECONDS).returncode == 0
        ]


def _tell(desk: Desk, session: Session, found: Sequence[Discovery], standing: Sequence[DiscoveryFinding]) -> None:
    today = entitlement.today(desk)
    mail = texts.findings(found, standing, today, desk.sop)
    addresses = [person.email for person in desk.sop.in_role(STAFF, "", today)]
    enqueue_of_office(desk, session, mail, kind=KIND, key=today.isoformat(), recipients=addresses)
