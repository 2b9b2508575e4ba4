"""What a restored database file holds."""

from cadangan.core.difference import Difference, Stock
from cadangan.core.manifest import Manifest
from cadangan.engines.sqlite.client import find_client, frozen, reading_command, rows, text
from cadangan.engines.sqlite.inventory import Stock as Inventory
from cadangan.engines.sqlite.target import Target
from cadangan.hosts import local
from cadangan.hosts.host import Host

_SECONDS = 300.0


def take_stock(target: Target, manifest: Manifest, digest_method: str, host: Host = local) -> Stock:
    """Return what the file of `target` on this machine holds; see the contract."""
    client, path = find_client(local), target.database
    (settings,) = rows(local, reading_command(frozen(path), text("settings")), path, _SECONDS)
    settings.pop("journal_mode", None)
    return Stock(
        inventory=Inventory(local, client, path).take(digest_method, settings),
        server_version=client.version,
        encoding=settings["encoding"],
    )


def harmless(difference: Difference, manifest: Manifest, stock: Stock) -> bool:
    """Return whether a difference is no loss: none is, for the file comes back byte for byte."""
    return False
