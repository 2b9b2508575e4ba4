"""The inventory: what a database holds in one view, table by table and object by object."""

import logging

import psycopg
from psycopg import sql
from psycopg.rows import DictRow

from cadangan.core.manifest import Inventory, InventoryObject, SequenceFacts
from cadangan.engines.postgres.digests import Digester
from cadangan.engines.postgres.queries import row, rows, text, translated
from cadangan.engines.postgres.tables import Table
from cadangan.engines.postgres.target import Connection, Target

log = logging.getLogger(__name__)
EXTENSION_TABLE = "extension table"
GRANTS = "grants"
_OBJECTS = (
    "objects_relations",
    "objects_on_tables",
    "objects_routines_types",
    "objects_of_database",
    "objects_grants",
)


def take(connection: Connection, tables: tuple[Table, ...], digest_method: str, target: Target) -> Inventory:
    """Return what the transaction of `connection` sees; see `Snapshot.inventory`."""
    with translated(target):
        digester = Digester(connection, digest_method, tables)
        definitions = _definitions(connection, tables)
        return Inventory(
            tables=tuple(
                digester.facts(table).model_copy(update={"definition": definitions.get(table.oid, "")})
                for table in tables
            ),
            sequences=tuple(SequenceFacts(**found) for found in rows(connection, "sequences")),
            objects=(*_configuration_tables(tables), *_objects(connection)),
            large_objects=row(connection, "large_objects_count")["objects"],
            large_objects_digest=None if digest_method == "off" else _large_objects_digest(connection),
            roles=tuple(found["name"] for found in rows(connection, "roles")),
        )


def _definitions(connection: Connection, tables: tuple[Table, ...]) -> dict[int, str]:
    oids = sql.Literal([table.oid for table in tables])
    found = connection.execute(text("table_definitions").format(tables=oids))
    return {each["table_oid"]: each["definition"] for each in found}


def _objects(connection: Connection) -> list[InventoryObject]:
    found: list[DictRow] = [each for query in _OBJECTS for each in rows(connection, query)]
    return sorted((InventoryObject(**each) for each in found), key=lambda o: (o.kind, o.schema_name, o.detail, o.name))


def _configuration_tables(tables: tuple[Table, ...]) -> list[InventoryObject]:
    return [
        InventoryObject(
            kind=EXTENSION_TABLE,
            schema_name=table.schema_name,
            name=table.name,
            owner=table.owner,
            detail=table.extension,
        )
        for table in tables
        if table.extension
    ]


def _large_objects_digest(connection: Connection) -> str | None:
    try:
        with connection.transaction():
            digest: str = row(connection, "large_objects_digest")["digest"]
            return digest
    except (psycopg.errors.ProgramLimitExceeded, psycopg.errors.OutOfMemory, psycopg.errors.InternalError_) as err:
        log.warning("The large objects are counted but not digested: %s", err.diag.message_primary)
        return None
