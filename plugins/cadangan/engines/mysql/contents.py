"""What an SQL dump holds: looked for while its bytes pass, at the beginnings of its lines.

Values in a dump hold no line breaks (they are written as \\n), so that no row can pass for a definition.
"""

import re
from collections.abc import Iterable, Iterator

from cadangan.core.manifest import InventoryObject
from cadangan.engines.mysql.catalogue import may_be_over

# The longest line beginning of interest: a definer and a name of 64 characters each, quoted.
_SEAM = 4096
_NAME = rb"`((?:[^`]|``)*)`"
_HEAD = re.compile(
    rb"\n(?:"
    rb"(?P<table>CREATE TABLE )" + _NAME + rb" \(|"
    rb"(?P<rows>INSERT (?:IGNORE )?INTO )" + _NAME + rb"|"
    rb"(?P<sequence>CREATE SEQUENCE )" + _NAME + rb" |"
    rb"(?P<view>/\*!50001 VIEW )" + _NAME + rb" AS |"
    rb"(?P<event>/\*!50106 DROP EVENT IF EXISTS )" + _NAME + rb"|"
    rb"(?P<procedure>/\*!50003 DROP PROCEDURE IF EXISTS )" + _NAME + rb"|"
    rb"(?P<function>/\*!50003 DROP FUNCTION IF EXISTS )" + _NAME + rb"|"
    rb"(?P<body>/\*!50003 DROP PACKAGE BODY IF EXISTS )" + _NAME + rb"|"
    rb"(?P<package>/\*!50003 DROP PACKAGE IF EXISTS )" + _NAME + rb"|"
    # A trigger is dumped in its author's own words, so triggers are counted.
    rb"(?P<trigger>/\*!50003 CREATE\*/ )"
    rb")"
)
_FIRST_WORDS = re.compile(rb"\n(?=CREATE |INSERT |/\*!50)")
# A part of the definition of their table.
_IN_TABLES = frozenset({"index", "foreign key", "check constraint"})
_KINDS = {"body": "package body"}
FOOTER = b"-- Dump completed"


class Scanner:
    """Takes the bytes of a dump and tells afterwards what it lacks."""

    def __init__(self) -> None:
        self._found: set[tuple[str, str]] = set()
        self._triggers: set[int] = set()
        self._tail = b"\n"
        self._at = -1  # where the tail begins in the dump; before it a line break is thought

    def write(self, data: bytes) -> None:
        """Take the next bytes."""
        self._scan(self._tail + data[:_SEAM], self._at)
        self._scan(data, self._at + len(self._tail))
        kept = (self._tail + data[-_SEAM:])[-_SEAM:] if len(data) < _SEAM else data[-_SEAM:]
        self._at += len(self._tail) + len(data) - len(kept)
        self._tail = kept

    def missing(self, tables: Iterable[str], objects: Iterable[InventoryObject]) -> list[str]:
        """Return a line for each table or object that the dump lacks, and for a missing last line."""
        wanted = {("table", name) for name in tables}
        triggers = []
        for item in objects:
            if item.kind == "trigger":
                triggers.append(item.name)
            elif item.kind not in _IN_TABLES and not may_be_over(item):
                wanted.add((_written_as(item.kind), item.name))
        lines = [f"no {kind} {name}" for kind, name in sorted(wanted - self._found)]
        if len(self._triggers) < len(triggers):
            lines.append(f"{len(self._triggers)} of {len(triggers)} triggers ({', '.join(triggers)})")
        if not self.is_complete():
            lines.append(f"the last line, {FOOTER.decode()}, is not there")
        return lines

    def without_rows(self, tables: Iterable[str]) -> list[str]:
        """Return those of `tables` of which the dump holds no row."""
        return sorted(name for name in tables if ("rows", name) not in self._found)

    def is_complete(self) -> bool:
        """Return whether the dump ends with the line that the clients write last."""
        return ends_well(self._tail)

    def _scan(self, data: bytes, begin: int) -> None:
        for found in _FIRST_WORDS.finditer(data):
            if head := _HEAD.match(data, found.start()):
                self._note(head, begin)

    def _note(self, head: re.Match[bytes], begin: int) -> None:
        # The group of the name follows that of the words before it.
        kind, name = next(_named(head))
        if kind == "trigger":
            self._triggers.add(begin + head.start())
        else:
            self._found.add((kind, name))


def ends_well(tail: bytes) -> bool:
    """Return whether a dump that ends with `tail` has the line that the clients write last."""
    return tail.rstrip().rpartition(b"\n")[2].startswith(FOOTER)


def _named(head: re.Match[bytes]) -> Iterator[tuple[str, str]]:
    for group, place in _HEAD.groupindex.items():
        if head[group] is not None:
            name = b"" if group == "trigger" else head[place + 1]
            yield _KINDS.get(group, group), name.replace(b"``", b"`").decode(errors="replace")


def _written_as(kind: str) -> str:
    return "table" if kind == "external table" else kind
