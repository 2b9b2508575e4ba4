"""Reads a tar archive as it passes, piece by piece, and tells of every member.

The archives are those of `client.dump_command`: POSIX with extended headers, sparse files in GNU's format 1.0.
Nothing is kept of a member but what is told, so that memory does not depend on the archive's size.
"""

import tarfile
from collections.abc import Callable, Generator
from dataclasses import dataclass
from hashlib import sha256

from cadangan.core.manifest import FileFacts
from cadangan.engines.files.names import spelled
from cadangan.engines.files.pieces import BLOCK, NewDigest, Piece, digest, exactly
from cadangan.engines.files.sparse import content_of, read_map
from cadangan.errors import EngineError

# Extended attributes of one file are 64 KiB at most on Linux, and a path is 4 KiB.
_LONGEST_HEADER = 16 * 1024 * 1024
_ANY = 1 << 20
_KINDS = {
    tarfile.REGTYPE: "file",
    tarfile.AREGTYPE: "file",
    tarfile.CONTTYPE: "file",
    tarfile.LNKTYPE: "hard link",
    tarfile.SYMTYPE: "symlink",
    tarfile.CHRTYPE: "character device",
    tarfile.BLKTYPE: "block device",
    tarfile.DIRTYPE: "directory",
    tarfile.FIFOTYPE: "fifo",
}

# What an account gives to files of its own; the others are of the machine.
_LASTING = ("SCHILY.xattr.user.", "SCHILY.xattr.system.posix_acl_")

Records = dict[str, bytes]


@dataclass(frozen=True)
class Begun:
    """A member whose header was read, by its name and, of a link, where it leads to, as they stand there."""

    name: bytes
    kind: str
    link: bytes


def _pass(begun: Begun) -> None:
    """Let any member come."""


class Archive:
    """One archive on its way.

    :param tell: is given every member, in the archive's order.
    :param meet: is given every member before its content is read, and raises where it must not come.
    :param new_digest: by which a file's content is told.
    :ivar whole: its end was seen.
    """

    def __init__(
        self,
        tell: Callable[[FileFacts], object],
        meet: Callable[[Begun], object] = _pass,
        new_digest: NewDigest = sha256,
    ) -> None:
        self.whole = False
        self._new_digest = new_digest
        self._tell = tell
        self._meet = meet
        self._parser = self._read()
        self._wanted = next(self._parser)

    def write(self, data: bytes) -> None:
        """Take the next bytes; raise EngineError when they are no archive."""
        rest = memoryview(data)
        while rest:
            piece, rest = rest[: self._wanted], rest[self._wanted :]
            try:
                self._wanted = self._parser.send(piece)
            except (ValueError, KeyError) as err:
                raise EngineError(f"The archive is damaged: {err}.") from err

    def _read(self) -> Generator[int, Piece, None]:
        extended: Records = {}
        while any(block := (yield from exactly(BLOCK))):
            header = _header(block)
            if header.type == tarfile.XHDTYPE:
                extended = yield from _extended(header.size)
            else:
                begun = _begun(header, extended)
                self._meet(begun)
                self._tell((yield from _member(begun, header, extended, self._new_digest)))
                extended = {}
        self.whole = True
        while True:
            if any((yield _ANY)):
                raise EngineError("The archive goes on behind its end.")


def _header(block: bytes) -> tarfile.TarInfo:
    try:
        return tarfile.TarInfo.frombuf(block, "utf-8", "surrogateescape")
    except tarfile.HeaderError as err:
        raise EngineError(f"The archive is damaged: {err}.") from err


def _extended(size: int) -> Generator[int, Piece, Records]:
    """Take an extended header's records, each "length key=value" and a line break."""
    if size > _LONGEST_HEADER:
        raise EngineError(f"The archive has an extended header of {size} bytes.")
    rest = memoryview((yield from exactly(size + -size % BLOCK)))[:size]
    records = {}
    while rest:
        digits = bytes(rest[:20]).partition(b" ")[0]
        length = int(digits) if digits.isdigit() else 0
        key, mark, value = bytes(rest[len(digits) + 1 : length]).partition(b"=")
        if not mark or not value.endswith(b"\n"):
            raise EngineError("The archive has an extended header that cannot be read.")
        records[key.decode(errors="replace")] = value[:-1]
        rest = rest[length:]
    return records


def _begun(header: tarfile.TarInfo, extended: Records) -> Begun:
    kind = _KINDS.get(header.type)
    if kind is None:
        raise EngineError(f"The archive has a member of the unknown type {header.type!r}.")
    name = extended.get("GNU.sparse.name") or extended.get("path") or _bytes(header.name)
    return Begun(name, kind, extended.get("linkpath") or _bytes(header.linkname))


def _member(
    begun: Begun, header: tarfile.TarInfo, extended: Records, new: NewDigest
) -> Generator[int, Piece, FileFacts]:
    stored = int(extended.get("size", header.size))
    size, content = stored, ""
    if begun.kind != "file":
        if stored:
            raise EngineError(f"The archive has a {begun.kind} with content.")
        content = spelled(begun.link)
    elif extended.get("GNU.sparse.major") == b"1":
        size = int(extended["GNU.sparse.realsize"])
        regions, map_bytes = yield from read_map(stored)
        content = yield from content_of(regions, size, stored - map_bytes, new)
    else:
        content = yield from digest(stored, new)
    yield from exactly(-stored % BLOCK)
    return FileFacts(spelled(begun.name), begun.kind, size, content, _attributes(begun, header, extended))


def _attributes(begun: Begun, header: tarfile.TarInfo, extended: Records) -> str:
    mode = "-" if begun.kind == "symlink" else f"{header.mode:04o}"
    owner, group = (int(extended.get(key, of)) for key, of in (("uid", header.uid), ("gid", header.gid)))
    lasting = sorted((key, value) for key, value in extended.items() if key.startswith(_LASTING))
    more = f" {sha256(repr(lasting).encode()).hexdigest()[:16]}" if lasting else ""
    return f"{mode} {owner}:{group}{more}"


def _bytes(name: str) -> bytes:
    return name.encode("utf-8", "surrogateescape")
