"""Does an archive list all that the inventory holds, and is the globals' script whole?

`pg_restore --list` writes one line an entry: `id; class object DESCRIPTION schema tag owner`. Names may hold
spaces, so a line is not taken apart: the line of each known object is put together and looked for.
"""

import re
from collections import Counter
from collections.abc import Iterator

from cadangan.core.manifest import Inventory, InventoryObject
from cadangan.engines.postgres.inventory import EXTENSION_TABLE, GRANTS

_ENTRY = re.compile(r"\d+; \d+ \d+ (.*)")
_NO_OWNER = frozenset({"extension", "cast"})
_TAG_WITH_TABLE = frozenset({"constraint", "fk constraint", "trigger", "rule", "policy"})
# Check constraints are part of their table's entry, grants stand in entries of other names, and subscriptions are
# dumped by superusers only.
_NO_ENTRY = frozenset({EXTENSION_TABLE, GRANTS, "check constraint", "subscription"})
# What an archive calls otherwise than the inventory does.
_DESCRIPTIONS = {"partitioned table": "TABLE", "unlogged table": "TABLE", "unlogged sequence": "SEQUENCE"}
_FIRST_BLOB_RANGES = "BLOB METADATA - "
_GLOBALS_BEGIN = "--\n-- PostgreSQL database cluster dump\n--\n"
_GLOBALS_END = "--\n-- PostgreSQL database cluster dump complete\n--\n"


def check_contents(listing: str, inventory: Inventory) -> list[str]:
    """Return a line, for the log, for each thing of `inventory` that the `listing` of an archive lacks."""
    listed = Counter(_entries(listing))
    missing = Counter(_expected(inventory)) - listed
    problems = [f"no entry {entry.rstrip()}" for entry in sorted(missing.elements())]
    return problems + _large_objects(listed, inventory.large_objects)


def check_globals(beginning: str, end: str) -> list[str]:
    """Return a line, for the log, for each edge of the globals' script that is not as pg_dumpall writes it."""
    found = []
    if not beginning.startswith(_GLOBALS_BEGIN):
        found.append("the script of the roles does not begin with the header of pg_dumpall")
    if not end.rstrip("\n").endswith(_GLOBALS_END.rstrip("\n")):
        found.append("the script of the roles is cut short: the last line of pg_dumpall is not there")
    return found


def _entries(listing: str) -> Iterator[str]:
    # Not splitlines, which also splits at characters that names may hold.
    for line in listing.split("\n"):
        if entry := _ENTRY.fullmatch(line):
            yield entry[1]


def _expected(inventory: Inventory) -> Iterator[str]:
    without_definition = {(o.schema_name, o.name) for o in inventory.objects if o.kind == EXTENSION_TABLE}
    for table in inventory.tables:
        yield _entry("TABLE DATA", table.schema_name, table.name, table.owner)
        if (table.schema_name, table.name) not in without_definition:
            yield _entry("TABLE", table.schema_name, table.name, table.owner)
    for item in inventory.objects:
        yield from _entries_of(item)


def _entries_of(item: InventoryObject) -> Iterator[str]:
    if item.kind in _NO_ENTRY:
        return
    owner = "" if item.kind in _NO_OWNER else item.owner
    yield _entry(_DESCRIPTIONS.get(item.kind, item.kind.upper()), item.schema_name, _tag(item), owner)
    if item.kind == "sequence":
        yield _entry("SEQUENCE SET", item.schema_name, item.name, owner)


def _tag(item: InventoryObject) -> str:
    if item.kind in _TAG_WITH_TABLE:
        return f"{item.detail} {item.name}"
    if item.kind == "user mapping":
        return f"USER MAPPING {item.name} SERVER {item.detail}"
    return item.name


def _entry(description: str, schema: str, tag: str, owner: str) -> str:
    return re.sub(r"[\r\n]", " ", f"{description} {schema or '-'} {tag} {owner}")


def _large_objects(listed: Counter[str], expected: int) -> list[str]:
    """Clients up to 16 list each large object, later ones ranges of them that are not counted out."""
    if expected == 0:
        return []
    ranges = any(entry.startswith(_FIRST_BLOB_RANGES) for entry in listed)
    single = sum(count for entry, count in listed.items() if entry.startswith("BLOB - "))
    data = any(entry.startswith("BLOBS - ") for entry in listed)
    if data and (ranges or single >= expected):
        return []
    return [f"{expected} large objects recorded, {single if data else 'no content of them'} in the archive"]
