"""What a restored database holds, and what is wrong with it whatever the manifest says."""

from collections.abc import Iterator

from psycopg import sql

from cadangan.core.difference import Aspect, Change, Difference, Stock
from cadangan.core.manifest import Manifest
from cadangan.engines.postgres.queries import row, rows, session, text, translated
from cadangan.engines.postgres.snapshot import open_snapshot
from cadangan.engines.postgres.target import Connection, Target
from cadangan.hosts import local
from cadangan.hosts.host import Host

_LOCK_SECONDS = 60
# A library of the operating system or an extension's files are of the machine: what depends on them is rebuilt there.
_OF_THE_MACHINE = frozenset({"extension", "collation"})


def take_stock(target: Target, manifest: Manifest, digest_method: str, host: Host = local) -> Stock:
    """Return what the database holds; see the contract. Sessions go from this machine, whatever `host` is."""
    with open_snapshot(target, _LOCK_SECONDS) as snapshot:
        inventory = snapshot.inventory(digest_method)
        server = snapshot.server
    with session(target) as connection, translated(target):
        known = {found["name"] for found in rows(connection, "role_names")}
        faults = (*_invalid_indexes(connection), *_behind(connection))
    # The accounts of the database itself are others in another database; whether they are there is what matters.
    roles = tuple(name for name in manifest.inventory.roles if name in known)
    return Stock(
        inventory=inventory.model_copy(update={"roles": roles}),
        server_version=server.version,
        encoding=server.encoding,
        collation=server.collation,
        faults=faults,
    )


def harmless(difference: Difference, manifest: Manifest, stock: Stock) -> bool:
    """Return whether a difference is of the machine and not of the data, or was there at the source as well."""
    if difference.aspect is Aspect.COLLATION:
        return True
    if difference.aspect is Aspect.OWNER:
        # An archive does not say whose an extension is: it becomes that of whoever restores.
        return difference.kind == "extension"
    if difference.aspect is Aspect.OBJECT and difference.change is Change.CHANGED:
        return difference.kind in _OF_THE_MACHINE
    return (
        difference in stock.faults
        and difference.aspect is Aspect.SEQUENCE
        and _as_recorded(difference, manifest, stock)
    )


def _as_recorded(difference: Difference, manifest: Manifest, stock: Stock) -> bool:
    was, now = (
        {f"{each.schema_name}.{each.name}": each.last_value for each in inventory.sequences}
        for inventory in (manifest.inventory, stock.inventory)
    )
    return difference.place in was and was[difference.place] == now.get(difference.place)


def _invalid_indexes(connection: Connection) -> Iterator[Difference]:
    for found in rows(connection, "invalid_indexes"):
        sentence = f"Indeks {found['place']} tidak selesai dibangun."
        yield Difference(
            aspect=Aspect.INDEX, change=Change.CHANGED, place=found["place"], sentence=sentence, kind="index"
        )


def _behind(connection: Connection) -> Iterator[Difference]:
    """Yield the sequences whose next value the column that they feed may hold already."""
    for found in rows(connection, "owned_sequences"):
        composed = text("greatest").format(
            column=sql.Identifier(found["column_name"]),
            table=sql.Identifier(found["table_schema"], found["table_name"]),
        )
        greatest = row(connection, composed)["value"]
        if greatest is not None and greatest > (found["last_value"] or 0):
            name = f"{found['schema_name']}.{found['name']}"
            now = "belum pernah dipakai" if found["last_value"] is None else f"bernilai {found['last_value']}"
            column = f"{found['table_schema']}.{found['table_name']}.{found['column_name']}"
            sentence = f"Sekuens {name} {now}, sedangkan nilai terbesar kolom {column} adalah {greatest}."
            yield Difference(aspect=Aspect.SEQUENCE, change=Change.CHANGED, place=name, sentence=sentence)
