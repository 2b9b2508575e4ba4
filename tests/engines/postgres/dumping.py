"""Dump and restore with the real clients, for the tests of this folder."""

from dataclasses import dataclass

from cadangan.core.manifest import Inventory, TableFacts
from cadangan.engines.postgres import (
    Client,
    Snapshot,
    Target,
    choose,
    contents_command,
    credentials,
    dump_command,
    open_snapshot,
)
from cadangan.hosts import local
from cadangan.hosts.command import Command, Completed

SECONDS = 120.0
LOCK_SECONDS = 20


@dataclass(frozen=True)
class Dumped:
    """An archive and what the inventory of its snapshot says of it."""

    archive: bytes
    inventory: Inventory
    client: Client

    def listing(self) -> str:
        """Return the archive's table of contents."""
        return local.run(contents_command(self.client), SECONDS, self.archive).stdout.decode()


def dump(target: Target, method: str = "values") -> Dumped:
    """Dump `target` and take the inventory in the same snapshot."""
    with open_snapshot(target, LOCK_SECONDS) as snapshot:
        return dump_in(snapshot, method)


def dump_in(snapshot: Snapshot, method: str = "values") -> Dumped:
    """Dump in an open snapshot."""
    client = choose(snapshot.server.major, ())
    with credentials(snapshot.target, snapshot.server.encoding) as env:
        done = local.run(dump_command(client, env, snapshot.id, LOCK_SECONDS), SECONDS)
    assert done.returncode == 0, done.stderr
    return Dumped(done.stdout, snapshot.inventory(method), client)


def restore(dumped: Dumped, target: Target) -> None:
    """Restore into `target`, where any error fails."""
    done = run_as(target, Command((dumped.client.program("pg_restore"), "--exit-on-error", "-d", "")), dumped.archive)
    assert done.returncode == 0, done.stderr


def run_as(target: Target, command: Command, stdin: bytes = b"") -> Completed:
    """Run a client program with the credentials of `target`."""
    with credentials(target) as env:
        return local.run(Command(command.argv, env), SECONDS, stdin)


def inventory_of(target: Target, method: str = "values") -> Inventory:
    """Return what `target` holds now."""
    with open_snapshot(target, LOCK_SECONDS) as snapshot:
        return snapshot.inventory(method)


def facts_of(target: Target, name: str, method: str = "values") -> TableFacts:
    """Return the facts of the one table of that name."""
    (facts,) = (table for table in inventory_of(target, method).tables if table.name == name)
    return facts
