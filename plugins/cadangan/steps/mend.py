"""Mend what a scan found broken, and what was missing from the start, by copying from a good copy."""

import logging
from collections import defaultdict

from cadangan.backup.repair import repair_artefact, repair_manifest
from cadangan.core.manifest import Artefact, Manifest
from cadangan.core.naming import BackupName, parse
from cadangan.core.scanning import Budget, Fault
from cadangan.documents.failures import told
from cadangan.errors import CadanganError, CopyFailed, DigestMismatch, VaultError
from cadangan.register import scans
from cadangan.register.scans import Known
from cadangan.steps.desk import Desk
from cadangan.steps.scanned import Scanned
from cadangan.vault.copies import delete
from cadangan.vault.place import Place

log = logging.getLogger(__name__)


def mend(desk: Desk, known: list[Known], seen: Scanned, budget: Budget) -> None:
    """Write every broken or missing file anew where a good one lies elsewhere, then the manifests that lack.

    A source is read to its end and must be what was written; one that is not is broken, too.
    """
    alike: dict[tuple[int, str], list[Known]] = defaultdict(list)
    for file in known:
        alike[file.backup_id, file.artefact].append(file)
    found = {file.copy_id for file in seen.broken}
    before = [file for file in known if (file.missing or file.bad) and file.copy_id not in found]
    for file in [*before, *seen.broken]:
        if file.destination in seen.places and budget.take(file.bytes, desk.now()):
            _mend(desk, file, alike[file.backup_id, file.artefact], seen)
    for backup_id, destination in seen.bare:
        if destination in seen.places:
            _write_manifest(desk, backup_id, destination, seen)


def _mend(desk: Desk, file: Known, alike: list[Known], seen: Scanned) -> None:
    broken = {each.copy_id for each in seen.broken}
    for source in alike:
        usable = not source.missing and not source.bad and source.copy_id not in broken
        if source.destination == file.destination or source.destination not in seen.places or not usable:
            continue
        # The back-up may have been destroyed while the scan ran.
        with desk.register.reading() as session:
            backup = scans.backup_in_stock(session, file.backup_id)
            manifest = Manifest.model_validate(backup.manifest) if backup else None
        if manifest is None:
            return
        if _copied(desk, file, source, manifest, seen):
            return
    log.warning("Scan: no good copy to mend %s/%s from", file.destination, file.artefact)


def _copied(desk: Desk, file: Known, source: Known, manifest: Manifest, seen: Scanned) -> bool:
    """Copy from one source and return whether that ended the matter, well or because the target takes nothing."""
    artefact: Artefact = next(part for part in manifest.artefacts if part.name == file.artefact)
    given, target = seen.places[source.destination], seen.places[file.destination]
    try:
        repair_artefact(given, target, file.asset, artefact, desk.now())
        if parse(file.backup).manifest() not in target.files(file.asset):
            repair_manifest(target, manifest, desk.now())
    except (CopyFailed, VaultError) as err:
        log.warning("Scan: %s could not be mended: %s", file.artefact, err)
        if err.destination == source.destination and isinstance(err, DigestMismatch):
            seen.note_broken(desk, source, Fault.ROT, err)
        _note_why(desk, file, err)
        return err.destination == file.destination
    if not _may_stay(desk, file.backup_id, parse(file.backup), target):
        return True
    with desk.register.transaction() as session:
        scans.note_repaired(session, file.copy_id, source.destination, desk.now())
    seen.note_mended(file, f"written anew from {source.destination}")
    log.info("Scan: %s/%s was written anew from %s", file.destination, file.artefact, source.destination)
    return True


def _may_stay(desk: Desk, backup_id: int, name: BackupName, target: Place) -> bool:
    """Return whether a back-up is still to lie in the vault after it was mended; else what was written is deleted.

    Its destruction may have looked at `target` before the mended file came.
    """
    with desk.register.reading() as session:
        if scans.backup_in_stock(session, backup_id):
            return True
    try:
        delete(target, name)
    except VaultError as err:
        log.warning("Scan: %s was destroyed meanwhile and is to be deleted by hand: %s", name, err)
    return False


def _note_why(desk: Desk, file: Known, err: CadanganError) -> None:
    if file.missing:
        with desk.register.transaction() as session:
            scans.note_missing(session, file.copy_id, told(err).sentence, desk.now())


def _write_manifest(desk: Desk, backup_id: int, destination: str, seen: Scanned) -> None:
    with desk.register.reading() as session:
        backup = scans.backup_in_stock(session, backup_id)
        manifest = Manifest.model_validate(backup.manifest) if backup else None
    if manifest is None:
        return
    name = parse(manifest.backup)
    try:
        repair_manifest(seen.places[destination], manifest, desk.now())
    except (CopyFailed, VaultError) as err:
        log.warning("Scan: the manifest of %s could not be written: %s", manifest.backup, err)
        return
    if _may_stay(desk, backup_id, name, seen.places[destination]):
        seen.note_written(destination, name.asset, name.manifest())
