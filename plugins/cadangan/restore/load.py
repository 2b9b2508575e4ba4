"""Restore a stored copy into an empty place: all of it, of exactly the bytes that were written, or an error."""

import logging

from cadangan.core.manifest import Artefact, Inventory
from cadangan.core.naming import parse
from cadangan.engines.restoring import Intake, Load, Taker
from cadangan.errors import (
    DigestMismatch,
    KeyMissing,
    ManifestMismatch,
    RestoreFailed,
    RestoreRefused,
    UnsealFailed,
    VaultError,
)
from cadangan.restore.job import RestoreJob
from cadangan.stream.unseal import Digesting, unseal
from cadangan.vault.copies import open_copy, read_manifest

log = logging.getLogger(__name__)


def load(job: RestoreJob, target: object) -> None:
    """Restore the back-up of `job` into the place of `target`, which exists and is empty.

    After any exception nothing in that place counts; drop it.

    :raises RestoreRefused: the place is not empty.
    :raises KeyMissing: there is no identity to decrypt with.
    :raises ManifestMismatch: the manifest beside the copy is another one, or an artefact is missing from it.
    :raises DigestMismatch: the stored bytes are not those that were written.
    :raises UnsealFailed: they cannot be decrypted or decompressed to their end.
    :raises RestoreFailed: the restoring program ended badly, or restored nothing.
    :raises VaultError: the copy cannot be read.
    :raises EngineError: the server refused something else.
    """
    if job.identity is None:
        raise KeyMissing("No age identity is at hand: policies.yaml names no identity_conn_id, or it has no password.")
    _require_same_manifest(job)
    if not job.engine.is_empty(target):
        raise RestoreRefused(f"{target} is not empty, and nothing was written to it; restore into a new place.")
    arguments = (target, job.manifest, job.client_dirs, job.policy, job.site.host)
    with job.engine.open_load(*arguments) as opened:
        _take_all(job, opened, job.identity)
        if holds_something(job.manifest.inventory) and job.engine.is_empty(target):
            raise RestoreFailed(f"{target} is empty after its restore, and the manifest lists what it should hold.")
        opened.settle()
    log.info("Back-up %s was restored into %s", job.manifest.backup, target)


def holds_something(inventory: Inventory) -> bool:
    """Return whether a place with this inventory is not empty."""
    # The first member of a file tree is its root.
    return bool(inventory.tables or inventory.objects or inventory.files[1:] or inventory.large_objects)


def _require_same_manifest(job: RestoreJob) -> None:
    beside = read_manifest(job.place, parse(job.manifest.backup))
    if beside != job.manifest:
        raise ManifestMismatch(
            f"Copy {job.place.name}: the manifest beside {job.manifest.backup} is not the one on record. Restore from "
            "another copy, and find out who changed it.",
            destination=job.place.name,
        )


def _take_all(job: RestoreJob, opened: Load, identity: str) -> None:
    by_kind = {artefact.kind: artefact for artefact in job.manifest.artefacts}
    for intake in opened.intakes:
        if intake.kind not in by_kind:
            raise ManifestMismatch(
                f"The manifest of {job.manifest.backup} lists no {intake.kind.value}, which its restore needs.",
                destination=job.place.name,
            )
        _take(job, intake, by_kind[intake.kind], identity)


def _take(job: RestoreJob, intake: Intake, artefact: Artefact, identity: str) -> None:
    with (
        open_copy(job.place, parse(job.manifest.backup).asset, artefact.name) as handle,
        intake.open() as taker,
    ):
        stored = Digesting(handle)
        try:
            raw_bytes = unseal(stored, identity, _Counted(job, artefact, taker).write)
        except UnsealFailed:
            # Other bytes are what there is to say of a damaged file, rather than that they do not open.
            _require_same_bytes(job, artefact, stored)
            raise
        _require_same_bytes(job, artefact, stored)
        _require_same_length(artefact, raw_bytes)
        taker.finish()


class _Counted:
    def __init__(self, job: RestoreJob, artefact: Artefact, taker: Taker) -> None:
        self._job = job
        self._artefact = artefact
        self._taker = taker
        self._size = 0

    def write(self, data: bytes) -> None:
        self._taker.write(data)
        self._size += len(data)
        self._job.on_progress(self._artefact, self._size)


def _require_same_bytes(job: RestoreJob, artefact: Artefact, stored: Digesting) -> None:
    try:
        stored.drain()
    except OSError as err:
        raise VaultError(
            f"Copy {job.place.name}: {artefact.name} could not be read to its end: {err}. Check that destination.",
            destination=job.place.name,
        ) from err
    if stored.sha256() != artefact.sha256:
        raise DigestMismatch(
            f"Copy {job.place.name}: {artefact.name}: SHA-256 recorded {artefact.sha256}, read {stored.sha256()} "
            f"({stored.size} bytes). Restore from another copy.",
            destination=job.place.name,
        )


def _require_same_length(artefact: Artefact, raw_bytes: int) -> None:
    if raw_bytes != artefact.raw_bytes:
        raise UnsealFailed(f"{artefact.name}: the dump has {artefact.raw_bytes} bytes, opened {raw_bytes}.")
