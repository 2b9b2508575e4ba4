"""What a comparison of a restored place with its manifest speaks of."""

import enum
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict

from cadangan.core.manifest import Inventory, Manifest


@enum.unique
class Aspect(enum.StrEnum):
    """What was compared."""

    TABLE = "table"
    ROWS = "rows"
    CONTENT = "content"
    OBJECT = "object"
    OWNER = "owner"
    DEFINITION = "definition"
    SEQUENCE = "sequence"
    LARGE_OBJECTS = "large objects"
    ROLE = "role"
    FILE = "file"
    ENCODING = "encoding"
    COLLATION = "collation"
    INDEX = "index"


@enum.unique
class Change(enum.StrEnum):
    """How what was found differs from what was expected."""

    MISSING = "missing"
    EXTRA = "extra"
    CHANGED = "changed"


class Difference(BaseModel):
    """One thing that is not as the manifest has it.

    :param place: what it concerns, as people write it ("public.pegawai"); never a value of a row.
    :param sentence: in Indonesian.
    :param kind: of an object ("index", "extension"), else empty.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    aspect: Aspect
    change: Change
    place: str
    sentence: str
    kind: str = ""


class NotCompared(BaseModel):
    """Something that could not be compared.

    :param sentence: what and why, in Indonesian.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    aspect: Aspect
    sentence: str


@dataclass(frozen=True)
class Stock:
    """What a place holds, with what decides whether digests and definitions can be compared.

    :param server_version: as the server tells it; encoding and collation of the place likewise, or empty.
    :param faults: what is wrong with this place whatever the manifest says: an invalid index, a sequence behind the
        column that it feeds.
    """

    inventory: Inventory
    server_version: str
    encoding: str = ""
    collation: str = ""
    faults: tuple[Difference, ...] = ()


def stock_of(manifest: Manifest) -> Stock:
    """Return what the source held."""
    source = manifest.source
    return Stock(manifest.inventory, source.server_version, source.encoding, source.collation)
