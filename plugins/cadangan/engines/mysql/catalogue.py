"""What a database holds, by its information_schema."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from cadangan.core.manifest import InventoryObject
from cadangan.engines.mysql.queries import Row, rows_of
from cadangan.engines.mysql.quoting import qualified
from cadangan.engines.mysql.target import Connection

# Tables whose rows lie elsewhere; the clients dump their definitions alone.
_ELSEWHERE = frozenset({"MRG_MYISAM", "MRG_ISAM", "FEDERATED", "CONNECT", "OQGRAPH", "SPIDER", "VP"})
_VIEWS = ("VIEW", "SYSTEM VIEW")
EXTERNAL = "external table"
# The end of an event is told in its own time zone.
_A_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Table:
    """A table whose rows a dump holds.

    :param transactional: whether a transaction sees it as it was when that began.
    :param definition: digest of what its columns are.
    """

    schema_name: str
    name: str
    engine: str
    transactional: bool
    versioned: bool
    estimated_rows: int
    row_bytes: int
    index_bytes: int
    definition: str = ""

    @property
    def identifier(self) -> str:
        """The quoted name."""
        return qualified(self.schema_name, self.name)


class Unreadable(NamedTuple):
    """A view or table that the server cannot open, with what it says."""

    name: str
    said: str

    def __str__(self) -> str:
        return f"{self.name}: {self.said}"


@dataclass(frozen=True)
class Catalogue:
    """Tables, and beside them views, routines, triggers, events, sequences, indexes, constraints and tables without
    rows of their own.

    :param names: of everything that has a table's name.
    """

    tables: tuple[Table, ...]
    objects: tuple[InventoryObject, ...]
    names: frozenset[str]
    unreadable: tuple[Unreadable, ...]

    @property
    def unlocked(self) -> tuple[Table, ...]:
        """The tables that a transaction does not hold still."""
        return tuple(table for table in self.tables if not table.transactional)

    @property
    def sequences(self) -> tuple[InventoryObject, ...]:
        """The sequences."""
        return tuple(found for found in self.objects if found.kind == "sequence")


def may_be_over(item: InventoryObject) -> bool:
    """Return whether it is an event whose time is past, or soon: servers drop such, and do not make them again."""
    limit = (datetime.now(UTC) + _A_DAY).replace(tzinfo=None)
    return item.kind == "event" and item.detail != "" and datetime.fromisoformat(item.detail) < limit


def read_catalogue(connection: Connection, database: str) -> Catalogue:
    """Return what `database` holds, as far as the account may see it; see `engines.mysql.privileges`."""
    found = rows_of(connection, "tables", database)
    definitions = {each["table_name"]: each["definition"] for each in rows_of(connection, "definitions", database)}
    tables, objects, unreadable = [], [], []
    for each in found:
        if each["type"] in _VIEWS:
            if "references invalid" in each["comment"]:
                unreadable.append(Unreadable(each["name"], each["comment"]))
        elif each["type"] == "SEQUENCE":
            objects.append(InventoryObject(kind="sequence", schema_name=database, name=each["name"]))
        elif not each["engine"]:
            unreadable.append(Unreadable(each["name"], each["comment"]))
        elif each["engine"].upper() in _ELSEWHERE:
            objects.append(
                InventoryObject(kind=EXTERNAL, schema_name=database, name=each["name"], detail=each["engine"])
            )
        else:
            tables.append(_table(each, definitions.get(each["name"], "")))
    objects += [_object(each, each["definer"]) for each in rows_of(connection, "objects", database)]
    objects += [_object(each, "") for each in rows_of(connection, "objects_on_tables", database)]
    return Catalogue(
        tables=tuple(tables),
        objects=tuple(sorted(objects, key=lambda o: (o.kind, o.detail, o.name))),
        names=frozenset(each["name"] for each in found),
        unreadable=tuple(unreadable),
    )


def read_names(connection: Connection, database: str) -> frozenset[str]:
    """Return the names of everything that has a table's name; fast, for it is asked while all writes wait."""
    return frozenset(each["name"] for each in rows_of(connection, "names", database))


def read_unrestorable(connection: Connection, database: str) -> list[str]:
    """Return the names of views that a dump holds and no restore makes again."""
    return sorted(each["name"] for each in rows_of(connection, "unrestorable_views", database))


def read_columns(connection: Connection, database: str) -> dict[str, list[str]]:
    """Return, by a table's name, the columns that hold values of their own."""
    found: dict[str, list[str]] = {}
    for each in rows_of(connection, "columns", database):
        found.setdefault(each["table_name"], []).append(each["name"])
    return found


def _object(each: Row, owner: str) -> InventoryObject:
    return InventoryObject(
        kind=each["kind"],
        schema_name=each["schema_name"],
        name=each["name"],
        owner=owner,
        detail=each["detail"],
        definition=each["definition"],
    )


def _table(each: Row, definition: str) -> Table:
    return Table(
        schema_name=str(each["schema_name"]),
        name=str(each["name"]),
        engine=str(each["engine"]),
        transactional=each["transactions"] == "YES",
        versioned=each["type"] == "SYSTEM VERSIONED",
        estimated_rows=int(str(each["estimated_rows"])),
        row_bytes=int(str(each["row_bytes"])),
        index_bytes=int(str(each["index_bytes"])),
        definition=definition,
    )
