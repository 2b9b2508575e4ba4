"""Make a copy good again from another one, without asking the source of the data."""

import hashlib
import logging
from datetime import datetime

from cadangan.core.manifest import Artefact, Manifest
from cadangan.core.naming import parse
from cadangan.errors import DigestMismatch
from cadangan.vault.aside import put_aside
from cadangan.vault.copies import chunks, digest
from cadangan.vault.draft import Draft
from cadangan.vault.place import Place

log = logging.getLogger(__name__)


def repair_artefact(source: Place, target: Place, asset: str, artefact: Artefact, at: datetime) -> None:
    """Copy one stored file from `source` to `target` and re-read it there.

    Nothing at `target` changes before the new file lies there whole and is known to be good; what lay under its name
    is put aside. Raise DigestMismatch or VaultError (its `destination` says at which end), CopyFailed.
    """
    draft = Draft(target, asset, artefact.name)
    try:
        read = _carried(source, draft, asset, artefact.name)
        if read != artefact.sha256:
            raise _mismatch(source, artefact, read)
        draft.close_patiently()
        aside = put_aside(target, asset, artefact.name, at)
        draft.publish()
    except BaseException:
        draft.withdraw()
        raise
    if aside:
        log.warning("Destination %s: %s was bad and lies there as %s", target.name, artefact.name, aside)
    again = digest(target, asset, artefact.name)
    if again != artefact.sha256:
        raise _mismatch(target, artefact, again)


def repair_manifest(target: Place, manifest: Manifest, at: datetime) -> None:
    """Write a back-up's manifest beside its files anew; another one is put aside. Raise VaultError or CopyFailed."""
    name = parse(manifest.backup)
    draft = Draft(target, name.asset, name.manifest())
    try:
        draft.write_whole(manifest.model_dump_json(indent=1).encode())
        put_aside(target, name.asset, name.manifest(), at)
        draft.publish()
    except BaseException:
        draft.withdraw()
        raise


def _carried(source: Place, draft: Draft, asset: str, file_name: str) -> str:
    """Write what lies at `source` into `draft` and return its SHA-256."""
    computed = hashlib.sha256()
    for data in chunks(source, asset, file_name):
        computed.update(data)
        draft.write_patiently(data)
    return computed.hexdigest()


def _mismatch(place: Place, artefact: Artefact, read: str) -> DigestMismatch:
    return DigestMismatch(
        f"Copy {place.name}: SHA-256 of {artefact.name} recorded {artefact.sha256}, read {read}", destination=place.name
    )
