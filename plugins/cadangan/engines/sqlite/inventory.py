"""What a copy holds: every table's rows counted and digested, and everything else by name."""

import threading
from collections.abc import Iterator, Sequence
from hashlib import sha256

from cadangan.core.manifest import Inventory, InventoryObject, TableFacts
from cadangan.engines.sqlite.client import Client, Row, failure, frozen, parsed, reading_command, rows, text
from cadangan.errors import EngineError
from cadangan.hosts.host import Host, Process

METHOD = "sha3-256"
_TABLES_A_TIME = 50
_ANSWER_SECONDS = 300.0
_END_SECONDS = 30.0


class Stock:
    """Takes stock of the copy at `path`; another thread may end that."""

    def __init__(self, host: Host, client: Client, path: str) -> None:
        self._host = host
        self._client = client
        self._path = path
        self._cancelled = threading.Event()
        self._running: Process | None = None

    def take(self, digest_method: str, settings: Row) -> Inventory:
        """Return what the copy holds; raise EngineError."""
        digested = digest_method != "off" and self._client.digests
        method = METHOD if digested else ("off" if digest_method == "off" else "sqlite3 without sha3_query")
        objects = self._rows("objects")
        tables = self._rows("tables")
        statements = [found["digesting" if digested else "counting"] for found in tables]
        definitions = {found["name"]: _digest(found["definition"]) for found in tables}
        return Inventory(
            tables=tuple(
                TableFacts(
                    schema_name="main",
                    owner="",
                    digest_method=method,
                    definition=definitions[found["name"]],
                    **found,
                )
                for found in self._counted(statements)
            ),
            objects=(*_settings(settings), *map(_object, objects)),
        )

    def cancel(self) -> None:
        """End the statement that runs, and begin no other."""
        self._cancelled.set()
        if running := self._running:
            running.end()

    def _rows(self, name: str) -> list[Row]:
        return rows(self._host, reading_command(frozen(self._path), text(name)), self._path, _ANSWER_SECONDS)

    def _counted(self, statements: Sequence[str]) -> Iterator[Row]:
        for first in range(0, len(statements), _TABLES_A_TIME):
            yield from self._answer(" UNION ALL ".join(statements[first : first + _TABLES_A_TIME]))

    def _answer(self, statement: str) -> list[Row]:
        with self._host.start(reading_command(frozen(self._path), statement)) as process:
            self._running = process
            if self._cancelled.is_set():
                raise EngineError("Taking stock of the copy was given up.")
            output = b"".join(iter(lambda: process.stdout.read(1 << 16), b""))
            if process.wait(_END_SECONDS) != 0:
                raise failure(process.stderr_tail(), self._path)
        return parsed(output)


def _object(found: Row) -> InventoryObject:
    return InventoryObject(schema_name="main", **(found | {"definition": _digest(found["definition"])}))


def _digest(definition: str) -> str:
    """Return the digest of a statement as SQLite keeps it, empty for none: a copy of the file keeps it as it is."""
    return sha256(definition.encode()).hexdigest() if definition else ""


def _settings(settings: Row) -> Iterator[InventoryObject]:
    for name in sorted(settings):
        yield InventoryObject(kind="setting", schema_name="", name=name, detail=str(settings[name]))
