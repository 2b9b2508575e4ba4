"""What looks at a stored SQLite database when it is checked.

The copy passed SQLite's integrity check before it was stored, and the stream's own checks show that these are its
bytes. Here the file's header is compared with its length and the manifest. SQLite itself is not asked again: it
would need the whole database in clear text on the disk of the machine that checks.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from cadangan.core.manifest import Artefact, Inventory, Manifest
from cadangan.engines.contract import Reader

_MAGIC = b"SQLite format 3\0"
_HEADER_BYTES = 100
# Where the header has them; big-endian numbers of four bytes.
_AT = {"page_count": 28, "user_version": 60, "application_id": 68}
_ENCODINGS = {1: "UTF-8", 2: "UTF-16le", 3: "UTF-16be"}


@contextmanager
def reading(manifest: Manifest, artefact: Artefact, client_dirs: Sequence[str]) -> Iterator[Reader]:
    """Give the reader of `artefact`; see the contract."""
    yield Header(manifest.inventory)


class Header:
    """The header says which database this is and how long it must be."""

    def __init__(self, inventory: Inventory) -> None:
        self._settings = {found.name: found.detail for found in inventory.objects if found.kind == "setting"}
        self._begin = b""
        self._size = 0

    def write(self, data: bytes) -> None:
        """See Reader."""
        if len(self._begin) < _HEADER_BYTES:
            self._begin += data[: _HEADER_BYTES - len(self._begin)]
        self._size += len(data)

    def problems(self) -> list[str]:
        """See Reader."""
        if not self._begin.startswith(_MAGIC) or len(self._begin) < _HEADER_BYTES:
            return ["it does not begin like a SQLite database"]
        held = self._held()
        told = {name: self._settings.get(name) for name in held}
        found = [f"{name} is {held[name]}, the manifest says {told[name]}" for name in held if held[name] != told[name]]
        expected = int(held["page_count"]) * int(held["page_size"])
        if expected != self._size:
            found.append(f"it has {self._size} bytes, its header says {expected}")
        return found

    def _held(self) -> dict[str, str]:
        signed = {
            name: int.from_bytes(self._begin[at : at + 4], signed=name != "page_count") for name, at in _AT.items()
        }
        page_size = int.from_bytes(self._begin[16:18])
        encoding = int.from_bytes(self._begin[56:60])
        return {name: str(value) for name, value in signed.items()} | {
            # 65536 does not fit into its two bytes.
            "page_size": str(65536 if page_size == 1 else page_size),
            "encoding": _ENCODINGS.get(encoding, str(encoding)),
        }
