"""The manifest: all that is needed to restore a back-up and to rebuild the register.

One JSON document beside each copy. `Manifest.model_dump_json()` writes it and
`Manifest.model_validate_json()` reads it back.
"""

from datetime import datetime
from typing import Literal, NamedTuple

from pydantic import BaseModel, ConfigDict

from cadangan.core.naming import Kind

FORMAT: Literal["cadangan-manifest/1"] = "cadangan-manifest/1"


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class TableFacts(_Record):
    """One table as the dump's snapshot saw it.

    :param rows: exact count.
    :param digest: order-independent digest of the content as a decimal string, None when switched off.
    :param digest_method: how it was computed ("values": value by value, comparable within one server major; "text":
        across majors), or why there is none.
    """

    schema_name: str
    name: str
    owner: str
    rows: int
    digest: str | None
    digest_method: str
    definition: str = ""


class SequenceFacts(_Record):
    """A sequence's last value, read after the snapshot began: a restore holds this value or a later one."""

    schema_name: str
    name: str
    last_value: int | None


class InventoryObject(_Record):
    """Anything else that the dump must carry: view, index, constraint, function, trigger, type, …

    :param definition: digest of what it is, of that only what a dump and its restore leave as it is word by word;
        comparable within one server major, empty where it was not taken.
    """

    kind: str
    schema_name: str
    name: str
    owner: str = ""
    detail: str = ""
    definition: str = ""


class FileFacts(NamedTuple):
    """One member of a file tree: a list, because there may be a million of them.

    :param path: from the tree's root, "./a/b". What cannot be printed, bytes that are no UTF-8 included, stands as
        `\\ooo` or `\\n`, and a backslash as `\\\\`, like in `tar --quoting-style=escape`: nothing else survives JSON.
    :param kind: "file", "directory", "symlink", "hard link", "fifo", "character device" or "block device".
    :param size: in bytes, 0 for what is no file.
    :param content: SHA-256 of a file in lower-case hex, or "" where more holes than data made it too long to
        compute; what a link points to.
    :param attributes: mode in octal ("-" for a symlink), numbers of owner and group, and, where there are any, a digest
        of its ACLs and of the extended attributes that users give: "0640 1000:33". Older manifests have none.
    """

    path: str
    kind: str
    size: int
    content: str
    attributes: str = ""


class Inventory(_Record):
    """What the database or file tree held.

    :param changed: what was said of files that changed while they were read, a line each, with their names.
    """

    tables: tuple[TableFacts, ...]
    sequences: tuple[SequenceFacts, ...] = ()
    objects: tuple[InventoryObject, ...] = ()
    large_objects: int = 0
    large_objects_digest: str | None = None
    roles: tuple[str, ...] = ()
    files: tuple[FileFacts, ...] = ()
    changed: tuple[str, ...] = ()


class Artefact(_Record):
    """One stored file, the same in every copy.

    :param raw_bytes: length before compression.
    :param stored_bytes: length of the file as it lies in the vault.
    :param sha256: lower-case hex digest of the stored file.
    :param raw_sha256: digest before compression, None where it was not taken.
    """

    kind: Kind
    name: str
    raw_bytes: int
    stored_bytes: int
    sha256: str
    raw_sha256: str | None = None


class Codec(_Record):
    """How an artefact is undone by hand, outermost layer first."""

    compression: str
    encryption: str
    recipients: tuple[str, ...]
    by_hand: str


class Tool(_Record):
    """A program that took part, with its version line."""

    name: str
    version: str


class Source(_Record):
    """Where the data came from."""

    asset: str
    server: str
    engine: str
    server_version: str
    database: str
    encoding: str = ""
    collation: str = ""


class Letter(_Record):
    """The letter that asked for the back-up, so that a register can be rebuilt: office, number, date, subject."""

    office: str
    number: str
    date: str
    subject: str


class Timings(_Record):
    """Instants in UTC; the snapshot is the recovery point."""

    started_at: datetime
    snapshot_at: datetime
    ended_at: datetime


class Manifest(_Record):
    """See the module's docstring."""

    format: Literal["cadangan-manifest/1"] = FORMAT
    backup: str
    request_no: str
    round: int
    plan_sha256: str
    source: Source
    inventory: Inventory
    artefacts: tuple[Artefact, ...]
    codec: Codec
    tools: tuple[Tool, ...]
    timings: Timings
    letter: Letter | None = None
