"""Check a copy of a back-up: re-read it, open it where a key is at hand, and compare what it lists."""

from dataclasses import dataclass, field
from types import ModuleType

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
from cadangan.stream.unseal import Digesting, unseal
from cadangan.vault.copies import open_copy
from cadangan.vault.place import Place

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
    with checker.engine.reading(manifest, artefact, checker.client_dirs) as reader:
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
