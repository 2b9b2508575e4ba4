"""Check a copy of a back-up: re-read it, open it where a key is at hand, and compare what it lists."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import ModuleType
from typing import Protocol

from cadangan.core.manifest import Artefact, Manifest
from cadangan.core.naming import parse
from cadangan.core.states import Verdict
from cadangan.errors import CopyMissing, UnsealFailed, VaultError
from cadangan.hosts import local
from cadangan.stream.unseal import Digesting, unseal
from cadangan.vault.copies import open_copy
from cadangan.vault.place import Place

_CLIENT_SECONDS = 300.0
_EDGE_BYTES = 4096
_NO_KEY = "tidak dibuka: kunci age tidak tersedia"
_NOT_COMPARED = "isi tidak dibandingkan: artefak tidak dapat dibuka"


@dataclass(frozen=True)
class ArtefactCheck:
    """What re-reading one artefact at one destination showed.

    :param digest: the stored bytes are those that were written.
    :param decrypt: it decrypts and decompresses to its end, to the length that was dumped.
    :param contents: it lists what the manifest says.
    :param notes: why a check failed or was not run.
    """

    artefact: str
    digest: Verdict
    decrypt: Verdict
    contents: Verdict
    notes: tuple[str, ...] = ()

    @property
    def failed(self) -> bool:
        """Whether any check that ran has failed."""
        return Verdict.FAILED in (self.digest, self.decrypt, self.contents)


class Reader(Protocol):
    """Looks at an artefact's raw bytes while they pass."""

    def write(self, data: bytes) -> object:
        """Take the next bytes."""

    def problems(self) -> Sequence[str]:
        """Return, after the last byte, what is not as it must be."""


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
            decrypt, contents, notes = _open(stored, manifest, artefact, checker)
            stored.drain()
    except CopyMissing as err:
        return ArtefactCheck(artefact.name, Verdict.FAILED, Verdict.NOT_RUN, Verdict.NOT_RUN, (str(err),))
    except OSError as err:
        raise VaultError(f"Copy {place.name}: {artefact.name} could not be re-read: {err}. Check that disk.") from err
    if stored.sha256() == artefact.sha256:
        return ArtefactCheck(artefact.name, Verdict.PASSED, decrypt, contents, notes)
    found = f"digest: tercatat {artefact.sha256}, terbaca {stored.sha256()} ({stored.size} byte)"
    return ArtefactCheck(artefact.name, Verdict.FAILED, decrypt, contents, (found, *notes))


def _open(
    stored: Digesting, manifest: Manifest, artefact: Artefact, checker: Checker
) -> tuple[Verdict, Verdict, tuple[str, ...]]:
    if checker.identity is None:
        return Verdict.NOT_RUN, Verdict.NOT_RUN, (_NO_KEY,)
    with _reader(manifest, artefact, checker) as reader:
        try:
            raw_bytes = unseal(stored, checker.identity, reader.write)
        except UnsealFailed as err:
            return Verdict.FAILED, Verdict.NOT_RUN, (str(err), _NOT_COMPARED)
        if raw_bytes != artefact.raw_bytes:
            found = f"panjang isi: tercatat {artefact.raw_bytes}, terbaca {raw_bytes} byte"
            return Verdict.FAILED, Verdict.NOT_RUN, (found, _NOT_COMPARED)
        problems = tuple(reader.problems())
    return Verdict.PASSED, Verdict.FAILED if problems else Verdict.PASSED, problems


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
