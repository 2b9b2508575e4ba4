"""What a restored database holds, and which differences from its manifest are no loss."""

from collections.abc import Iterator, Sequence
from typing import TypeVar

from cadangan.core.difference import Aspect, Change, Difference, Stock
from cadangan.core.manifest import Inventory, InventoryObject, Manifest, SequenceFacts, TableFacts
from cadangan.engines.mysql.accounts import account_names
from cadangan.engines.mysql.catalogue import Catalogue, may_be_over, read_catalogue, read_columns
from cadangan.engines.mysql.counters import read_counters
from cadangan.engines.mysql.digests import NOT_COMPARABLE, facts_of
from cadangan.engines.mysql.queries import execute, session, text
from cadangan.engines.mysql.server import describe, release_of
from cadangan.engines.mysql.target import Target
from cadangan.hosts import local
from cadangan.hosts.host import Host

_Facts = TypeVar("_Facts", TableFacts, SequenceFacts, InventoryObject)
# Later versions have another name for the same.
_RENAMED = {"utf8": "utf8mb3"}


def take_stock(target: Target, manifest: Manifest, digest_method: str, host: Host = local) -> Stock:
    """Return what the database holds; see the contract. Sessions go from this machine, whatever `host` is."""
    with session(target) as connection:
        server = describe(connection, target)
        catalogue = read_catalogue(connection, target.database)
        columns = read_columns(connection, target.database)
        execute(connection, text("begin"))
        tables = tuple(facts_of(connection, table, columns, digest_method) for table in catalogue.tables)
        counters = read_counters(connection, catalogue, target.database)
        known = account_names(connection)
    source = manifest.source.database
    return Stock(
        inventory=Inventory(
            tables=_of_source(tables, source),
            sequences=_of_source(counters, source),
            objects=_of_source(catalogue.objects, source),
            roles=tuple(name for name in manifest.inventory.roles if name in known),
        ),
        server_version=server.version,
        encoding=server.encoding,
        collation=server.collation,
        faults=tuple(_unreadable(catalogue, source)),
    )


def harmless(difference: Difference, manifest: Manifest, stock: Stock) -> bool:
    """Return whether a difference comes of the place and not of the data, or is of what could not be known."""
    match difference.aspect:
        case Aspect.COLLATION:
            return True
        case Aspect.ENCODING:
            return _name_of(manifest.source.encoding) == _name_of(stock.encoding)
        case Aspect.DEFINITION:
            # Within a major version servers came to write types and collations otherwise.
            return release_of(manifest.source.server_version)[:2] != release_of(stock.server_version)[:2]
    return _is_uncounted(difference, manifest) or _is_over(difference, manifest)


def _name_of(encoding: str) -> str:
    return _RENAMED.get(encoding, encoding)


def _is_uncounted(difference: Difference, manifest: Manifest) -> bool:
    """Return whether the manifest's count is not of the dump's own view."""
    return difference.aspect is Aspect.ROWS and any(
        f"{each.schema_name}.{each.name}" == difference.place and each.digest_method.startswith(NOT_COMPARABLE)
        for each in manifest.inventory.tables
    )


def _is_over(difference: Difference, manifest: Manifest) -> bool:
    """Return whether it is an event whose time has passed."""
    return difference.change is Change.MISSING and any(
        f"{each.schema_name}.{each.name}" == difference.place and each.kind == difference.kind and may_be_over(each)
        for each in manifest.inventory.objects
    )


def _of_source(found: Sequence[_Facts], source: str) -> tuple[_Facts, ...]:
    return tuple(each.model_copy(update={"schema_name": source}) for each in found)


def _unreadable(catalogue: Catalogue, source: str) -> Iterator[Difference]:
    for each in catalogue.unreadable:
        place = f"{source}.{each.name}"
        sentence = f"{place} tidak dapat dibuka pada hasil pemulihan: {each.said.rstrip('.')}."
        yield Difference(aspect=Aspect.OBJECT, change=Change.CHANGED, place=place, sentence=sentence)
