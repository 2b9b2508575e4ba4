"""Compare what lies at the destinations with what the register says, by names alone."""

from collections import defaultdict
from datetime import timedelta

from cadangan.core.naming import parse
from cadangan.core.scanning import Fault, Finding
from cadangan.errors import CadanganError, CopyMissing, NameInvalid
from cadangan.register.scans import Known
from cadangan.steps.desk import Desk
from cadangan.steps.scanned import Scanned
from cadangan.vault.aside import is_aside
from cadangan.vault.place import Place

# A dump that runs has files already and no row yet.
_YOUNG = timedelta(days=2)


def take_stock(desk: Desk, known: list[Known], seen: Scanned) -> None:
    """Find what can be read, what is lost and what is strange; `seen` is filled with it."""
    expected: dict[str, dict[str, list[Known]]] = defaultdict(lambda: defaultdict(list))
    for file in known:
        expected[file.destination][file.asset].append(file)
    configured = {destination.name for destination in desk.policies.destinations}
    for name in sorted(set(expected) - configured):
        text = "the register has copies there, policies.yaml has no such destination any more"
        seen.findings.append(Finding(Fault.UNREADABLE, name, "", "", text))
    for destination in desk.policies.destinations:
        try:
            place = desk.place(destination)
            _take_stock_at(desk, place, expected[destination.name], seen)
        except CadanganError as err:
            seen.places.pop(destination.name, None)
            seen.findings.append(Finding(Fault.UNREADABLE, destination.name, "", "", str(err)))


def _take_stock_at(desk: Desk, place: Place, expected: dict[str, list[Known]], seen: Scanned) -> None:
    lying = [file for files in expected.values() for file in files if not file.missing]
    if not lying and not place.exists():
        # Nothing was ever stored there, or nothing could be.
        seen.places[place.name] = place
        return
    folders = place.assets()
    if lying and not folders:
        # Nobody loses everything at once: a disk is not mounted, a bucket or folder is another one.
        text = "it is empty, and the register has copies there; nothing is marked or mended before it is looked after"
        seen.findings.append(Finding(Fault.UNREADABLE, place.name, "", "", text))
        return
    listed = {asset: place.files(asset) for asset in sorted({*folders, *expected})}
    seen.places[place.name] = place
    for asset, files in listed.items():
        _compare(desk, place, asset, files, expected.get(asset, []), seen)


def _compare(  # noqa: PLR0917 - a destination, an asset, its files and what is known of them
    desk: Desk, place: Place, asset: str, files: set[str], known: list[Known], seen: Scanned
) -> None:
    backups = {file.backup: file.backup_id for file in known}
    manifests = {parse(name).manifest(): name for name in backups}
    for file in known:
        if file.artefact not in files and not file.missing:
            err = CopyMissing(f"Copy {place.name}: {file.artefact} is not there.", destination=place.name)
            seen.note_broken(desk, file, Fault.LOST, err)
    lying = {file.backup for file in known if file.artefact in files}
    for manifest, name in manifests.items():
        if manifest not in files and name in lying:
            seen.findings.append(Finding(Fault.LOST, place.name, asset, manifest, "the manifest is not there"))
            seen.bare.append((backups[name], place.name))
    strange = files - {file.artefact for file in known} - set(manifests)
    for file_name in sorted(strange):
        if not is_aside(file_name) and not _is_young(file_name, desk):
            text = "neither the register nor a manifest that it has knows this file; it is left as it is"
            seen.findings.append(Finding(Fault.STRANGER, place.name, asset, file_name, text))


def _is_young(file_name: str, desk: Desk) -> bool:
    try:
        return desk.now() - parse(file_name).at < _YOUNG
    except NameInvalid:
        return False
