"""What looks at a stored artefact of a PostgreSQL back-up when it is checked."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from cadangan.core.manifest import Artefact, Inventory, Manifest
from cadangan.core.naming import Kind
from cadangan.engines.contract import Reader
from cadangan.engines.postgres.clients import client_of
from cadangan.engines.postgres.contents import check_contents, check_globals
from cadangan.engines.postgres.dump import contents_command, reading_command
from cadangan.hosts import local

_CLIENT_SECONDS = 300.0
_EDGE_BYTES = 4096


@contextmanager
def reading(manifest: Manifest, artefact: Artefact, client_dirs: Sequence[str]) -> Iterator[Reader]:
    """Give the reader of `artefact`; see the contract."""
    if artefact.kind is Kind.GLOBALS:
        yield Script()
        return
    client = client_of(manifest, client_dirs)
    with (
        local.feeding(contents_command(client), _CLIENT_SECONDS) as listing,
        local.feeding(reading_command(client), _CLIENT_SECONDS) as whole,
    ):
        yield Archive(listing, whole, manifest.inventory)


class Archive:
    """The database's archive: its table of contents is compared with the inventory, and it is read to its end,
    for the table of contents alone is at the beginning and whole in a dump that was cut short."""

    def __init__(self, listing: local.Consumer, whole: local.Consumer, inventory: Inventory) -> None:
        self._listing = listing
        self._whole = whole
        self._inventory = inventory

    def write(self, data: bytes) -> None:
        """See Reader."""
        self._listing.write(data)
        self._whole.write(data)

    def problems(self) -> list[str]:
        """See Reader."""
        listed, read = self._listing.finish(), self._whole.finish()
        broken = [f"pg_restore: {done.stderr or done.returncode}" for done in (listed, read) if done.returncode != 0]
        return broken or check_contents(listed.stdout.decode(errors="replace"), self._inventory)


class Script:
    """The globals' SQL script: it must begin and end as the client writes it."""

    def __init__(self) -> None:
        self._begin = b""
        self._end = b""

    def write(self, data: bytes) -> None:
        """See Reader."""
        self._begin = self._begin or data[:_EDGE_BYTES]
        self._end = (self._end + data)[-_EDGE_BYTES:]

    def problems(self) -> list[str]:
        """See Reader."""
        # The edges may cut a character in two.
        begin, end = (edge.decode(errors="replace") for edge in (self._begin, self._end))
        return check_globals(begin, end)
