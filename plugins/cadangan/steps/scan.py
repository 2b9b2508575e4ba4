"""Look through the vault: is everything there, is it what was written, and what lies there that nobody knows."""

import logging
import math
from collections import defaultdict
from datetime import timedelta

from cadangan.core.manifest import Manifest
from cadangan.core.naming import parse
from cadangan.core.scanning import Budget, Fault, Finding
from cadangan.errors import CadanganError, CopyMissing, DigestMismatch, ManifestMismatch, VaultError
from cadangan.register import scans
from cadangan.register.scans import Known
from cadangan.steps.desk import Desk
from cadangan.steps.mend import mend
from cadangan.steps.scanned import Scanned
from cadangan.steps.stocktaking import take_stock
from cadangan.vault.copies import digest, read_manifest
from cadangan.vault.place import free_bytes

log = logging.getLogger(__name__)


def scan(desk: Desk) -> int:
    """Scan the vault within the budget of policies.yaml, mend what can be mended, and return the scan's number.

    What is there and what is not is looked up for every file; what it holds, for as many as the budget lets.
    """
    began = desk.now()
    rules = desk.policies.scanning
    budget = Budget(rules.gigabytes * 1e9, began + timedelta(minutes=rules.minutes))
    with desk.register.transaction() as session:
        number = scans.begin(session, began).id
        known = scans.known(session)
    seen = Scanned()
    take_stock(desk, known, seen)
    _read_again(desk, [file for file in known if file not in seen.broken], seen, budget)
    # What is to be mended must not wait until all that is good was read.
    mend(desk, known, seen, Budget(math.inf, desk.now() + timedelta(minutes=rules.minutes)))
    _note_sizes(desk, known, seen)
    counts = {"files": seen.files, "bytes": seen.bytes, "good": seen.good}
    with desk.register.transaction() as session:
        scans.end(session, number, counts, seen.findings, desk.now())
    for finding in seen.findings:
        log.warning(
            "Scan: %s: %s/%s/%s: %s; %s",
            finding.fault.name,
            finding.destination,
            finding.asset,
            finding.file,
            finding.text,
            finding.mended or "stays",
        )
    log.info("Scan %d: %d files re-read, %d bytes, %d good", number, seen.files, seen.bytes, seen.good)
    return number


def _read_again(desk: Desk, known: list[Known], seen: Scanned, budget: Budget) -> None:
    """Re-read files in their order until the budget is used up."""
    for file in known:
        if file.missing or file.destination not in seen.places:
            continue
        if not budget.take(file.bytes, desk.now()):
            return
        _read(desk, file, seen)


def _read(desk: Desk, file: Known, seen: Scanned) -> None:
    place = seen.places[file.destination]
    try:
        found = digest(place, file.asset, file.artefact)
    except CopyMissing as err:
        seen.note_broken(desk, file, Fault.LOST, err)
        return
    except CadanganError as err:
        # One that does not answer would take up the time of all others.
        del seen.places[file.destination]
        seen.findings.append(Finding(Fault.UNREADABLE, file.destination, file.asset, file.artefact, str(err)))
        return
    seen.files, seen.bytes = seen.files + 1, seen.bytes + file.bytes
    if found != file.sha256:
        text = f"SHA-256 recorded {file.sha256}, read {found}"
        seen.note_broken(desk, file, Fault.ROT, DigestMismatch(text, destination=file.destination))
        return
    seen.good += 1
    with desk.register.transaction() as session:
        scans.note_read(session, file.copy_id, desk.now())
    _compare_manifest(desk, file, seen)


def _compare_manifest(desk: Desk, file: Known, seen: Scanned) -> None:
    """Look whether the manifest beside a file is the one that the register has."""
    if (file.backup_id, file.destination) in seen.bare:
        return
    name = parse(file.backup)
    with desk.register.reading() as session:
        backup = scans.backup_in_stock(session, file.backup_id)
        wanted = Manifest.model_validate(backup.manifest) if backup else None
    try:
        if wanted is None or read_manifest(seen.places[file.destination], name) == wanted:
            return
        text = "the manifest is not the one that the register has"
    except ManifestMismatch as err:
        text = str(err)
    except VaultError as err:
        seen.findings.append(Finding(Fault.UNREADABLE, file.destination, file.asset, name.manifest(), str(err)))
        return
    seen.findings.append(Finding(Fault.ROT, file.destination, file.asset, name.manifest(), text))
    seen.bare.append((file.backup_id, file.destination))


def _note_sizes(desk: Desk, known: list[Known], seen: Scanned) -> None:
    stored: dict[str, int] = defaultdict(int)
    for file in known:
        stored[file.destination] += file.bytes
    free = {name: free_bytes(place) for name, place in seen.places.items()}
    with desk.register.transaction() as session:
        for name in seen.places:
            scans.note_stored(session, name, stored[name], free[name], desk.now())
