"""What looks at an SQL script of a MySQL or MariaDB back-up: while it is dumped, and when a stored one is checked."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from cadangan.core.manifest import Artefact, Inventory, Manifest
from cadangan.core.naming import Kind
from cadangan.engines.contract import Reader
from cadangan.engines.mysql.accounts import BEGIN, END
from cadangan.engines.mysql.catalogue import Catalogue
from cadangan.engines.mysql.contents import Scanner
from cadangan.engines.mysql.digests import NOT_COMPARABLE
from cadangan.errors import SourceFailed

# More than a client writes before its transaction.
_HEADER_BYTES = 16384


@contextmanager
def reading(manifest: Manifest, artefact: Artefact, client_dirs: Sequence[str]) -> Iterator[Reader]:
    """Give the reader of `artefact`; see the contract. No client is needed."""
    yield Accounts() if artefact.kind is Kind.ACCOUNTS else Script(manifest.inventory)


class Script:
    """The database's SQL: it must hold every table, rows where there are any, and every object, to its last line."""

    def __init__(self, inventory: Inventory) -> None:
        self._inventory = inventory
        self._scanner = Scanner()

    def write(self, data: bytes) -> None:
        """See Reader."""
        self._scanner.write(data)

    def problems(self) -> list[str]:
        """See Reader."""
        tables = self._inventory.tables
        found = self._scanner.missing((table.name for table in tables), self._inventory.objects)
        # Where counts are not those of the dump's view, a table may have been filled meanwhile.
        filled = (table.name for table in tables if table.rows and not table.digest_method.startswith(NOT_COMPARABLE))
        return found + [f"no rows of {name}" for name in self._scanner.without_rows(filled)]


class Accounts:
    """The script of the accounts: it must begin and end as Cadangan writes it."""

    def __init__(self) -> None:
        self._begin = b""
        self._end = b""

    def write(self, data: bytes) -> None:
        """See Reader."""
        self._begin = (self._begin + data)[: len(BEGIN)]
        self._end = (self._end + data)[-len(END) :]

    def problems(self) -> list[str]:
        """See Reader."""
        edges = ((self._begin, BEGIN, "first"), (self._end, END, "last"))
        return [f"the {which} line of the accounts is not there" for got, due, which in edges if got != due.encode()]


class Whole:
    """Watches a dump for what the client leaves out without a word; see `stream.seal.Watcher`.

    :param begun: called when the dump's transaction must have begun, possibly more than once.
    """

    def __init__(self, catalogue: Catalogue, program: str, begun: Callable[[], object]) -> None:
        self._catalogue = catalogue
        self._program = program
        self._begun = begun
        self._size = 0
        self._scanner = Scanner()

    def write(self, data: bytes) -> None:
        """Take the next bytes."""
        self._scanner.write(data)
        self._size += len(data)
        if self._size > _HEADER_BYTES:
            self._begun()

    def end(self) -> None:
        """Raise SourceFailed, naming what is not in the dump."""
        self._begun()
        missing = self._scanner.missing((table.name for table in self._catalogue.tables), self._catalogue.objects)
        if missing:
            raise SourceFailed(
                f"{self._program} ended well, but its dump is not whole: {'; '.join(missing)}. See that nothing was "
                "dropped meanwhile and what the account may read (SHOW GRANTS), then clear the task."
            )
