"""Check a copy of a back-up: re-read it, open it where a key is at hand, and compare what it lists."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import ModuleType
from typing import Protocol

from cadangan.core.manifest import Artefact, Manifest
from cadangan.core.naming import parse
from cadangan.core.states import Verdict
from cadangan.errors import (
    CadanganError,
    CopyMissing,
    DigestMismatch,
    KeyMissing,
    ManifestMismatch,
    UnsealFailed,
    VaultError,
)
from cadangan.hosts import local
from cadangan.stream.unseal import Digesting, unseal
from cadangan.vault.copies import open_copy
from cadangan.vault.place import Place

_CLIENT_SECONDS = 300.0
_EDGE_BYTES = 4096
_NO_KEY = "Not opened: policies.yaml names no identity_conn_id, or that connection has no password."


@dataclass(frozen=True)
class ArtefactCheck:
    """What re-reading one artefact at one destination showed.

    :param digest: the stored bytes are those that were written.
    :param decrypt: it decrypts and decompresses to its end, to the length that was dumped.
    :param contents: it lists what the manifest says.
    :param reasons: why checks failed or were not run.
    """

    artefact: str
    digest: Verdict
    decrypt: Verdict
    contents: Verdict
    reasons: tuple[CadanganError, ...] = ()

    @property
    def failed(self) -> bool:
        """Whether any check that ran has failed."""
        return Verdict.FAILED in (self.digest, self.decrypt, self.contents)


class Reader(Protocol):
    """Looks at an artefact's raw bytes while they pass."""

    def write(self, data: bytes) -> object:
        """Take the next bytes."""

    def problems(self) -> Sequence[str]:
        """Return, after the last byte, what is not as it must be, a line each."""


@dataclass(frozen=True)
class Checker:
    """How copies are opened and read.

    :param engine: the module of `cadangan.engines` that made the back-up.
    :param identity: age identity ("AGE-SECRET-KEY-…"); without it only the digest is checked.
    """

    engine: ModuleType
    client_dirs: tuple[str, ...] = ()
    identity: str | None = field(default=None, repr=False)


def check_copy(place: Place, manifest: Manifest, checker: Checker) -> tuple[ArtefactCheck, ...]:
    """Re-read every artefact of a back-up at one destination and return what that showed, one by one.

    Raise VaultError when the destination cannot be read, HostError or ClientMissing when the client cannot be run:
    then nothing is known about the copy.
    """
    return tuple(_check(place, manifest, artefact, checker) for artefact in manifest.artefacts)


def _check(place: Place, manifest: Manifest, artefact: Artefact, checker: Checker) -> ArtefactCheck:
    try:
        with open_copy(place, parse(manifest.backup).asset, artefact.name) as handle:
            stored = Digesting(handle)
            decrypt, contents, reasons = _open(stored, place, manifest, artefact, checker)
            stored.drain()
    except CopyMissing as err:
        return ArtefactCheck(artefact.name, Verdict.FAILED, Verdict.NOT_RUN, Verdict.NOT_RUN, (err,))
    except OSError as err:
        raise VaultError(
            f"Copy {place.name}: {artefact.name} could not be re-read: {err}. Check that disk.", destination=place.name
        ) from err
    if stored.sha256() == artefact.sha256:
        return ArtefactCheck(artefact.name, Verdict.PASSED, decrypt, contents, reasons)
    other = DigestMismatch(
        f"SHA-256 recorded {artefact.sha256}, read {stored.sha256()} ({stored.size} bytes)", destination=place.name
    )
    return ArtefactCheck(artefact.name, Verdict.FAILED, decrypt, contents, (other, *reasons))


def _open(
    stored: Digesting, place: Place, manifest: Manifest, artefact: Artefact, checker: Checker
) -> tuple[Verdict, Verdict, tuple[CadanganError, ...]]:
    if checker.identity is None:
        return Verdict.NOT_RUN, Verdict.NOT_RUN, (KeyMissing(_NO_KEY),)
    with _reader(manifest, artefact, checker) as reader:
        try:
            raw_bytes = unseal(stored, checker.identity, reader.write)
        except UnsealFailed as err:
            return Verdict.FAILED, Verdict.NOT_RUN, (err,)
        if raw_bytes != artefact.raw_bytes:
            other = f"the dump has {artefact.raw_bytes} bytes, opened {raw_bytes}"
            return Verdict.FAILED, Verdict.NOT_RUN, (UnsealFailed(other),)
        problems = reader.problems()
    if problems:
        return Verdict.PASSED, Verdict.FAILED, (ManifestMismatch("; ".join(problems), destination=place.name),)
    return Verdict.PASSED, Verdict.PASSED, ()


@contextmanager
def _reader(manifest: Manifest, artefact: Artefact, checker: Checker) -> Iterator[Reader]:
    if artefact.kind == "globals":
        yield _Script(checker.engine)
        return
    client = checker.engine.client_of(manifest, checker.client_dirs)
    lists, reads = (
        local.feeding(command(client), _CLIENT_SECONDS)
        for command in (checker.engine.contents_command, checker.engine.reading_command)
    )
    with lists as listing, reads as reading:
        yield _Archive(listing, reading, checker.engine, manifest)


class _Archive:
    """The database's archive: its table of contents is compared with the inventory, and it is read to its end,
    for the table of contents alone is at the beginning and whole in a dump that was cut short."""

    def __init__(
        self, listing: local.Consumer, reading: local.Consumer, engine: ModuleType, manifest: Manifest
    ) -> None:
        self._listing = listing
        self._reading = reading
        self._engine = engine
        self._inventory = manifest.inventory

    def write(self, data: bytes) -> None:
        self._listing.write(data)
        self._reading.write(data)

    def problems(self) -> list[str]:
        listed, read = self._listing.finish(), self._reading.finish()
        broken = [f"pg_restore: {done.stderr or done.returncode}" for done in (listed, read) if done.returncode != 0]
        if broken:
            return broken
        found: list[str] = self._engine.check_contents(listed.stdout.decode(errors="replace"), self._inventory)
        return found


class _Script:
    """The globals' SQL script: it must begin and end as the client writes it."""

    def __init__(self, engine: ModuleType) -> None:
        self._engine = engine
        self._begin = b""
        self._end = b""

    def write(self, data: bytes) -> None:
        self._begin = self._begin or data[:_EDGE_BYTES]
        self._end = (self._end + data)[-_EDGE_BYTES:]

    def problems(self) -> list[str]:
        # The edges may cut a character in two.
        begin, end = (edge.decode(errors="replace") for edge in (self._begin, self._end))
        found: list[str] = self._engine.check_globals(begin, end)
        return found
