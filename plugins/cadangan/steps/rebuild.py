"""Rebuild the register's catalogue of back-ups from the vault: a back-up is what lies there with its manifest."""

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from fsspec.core import url_to_fs  # type: ignore[import-untyped]

from cadangan.core.manifest import Manifest
from cadangan.core.naming import BackupName
from cadangan.errors import CadanganError, VaultError
from cadangan.register.backups import StoredCopy
from cadangan.register.rebuild import restore_backup
from cadangan.register.session import Register
from cadangan.vault.copies import finished, read_manifest
from cadangan.vault.place import Place

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Rebuilt:
    """How many back-ups were found, how many of them told the register something new, and what is amiss there."""

    found: int
    new: int
    problems: tuple[str, ...]


def name_and_address(text: str) -> tuple[str, str]:
    """Return a destination's name and address from "NAME=ADDRESS"; raise VaultError for anything else."""
    name, equals, address = text.partition("=")
    if not (name and equals and address):
        raise VaultError(
            f"{text} names no destination; write NAME=ADDRESS, for instance utama=/var/lib/cadangan/vault.",
            destination=text,
        )
    return name, address


def place_at(name: str, address: str) -> Place:
    """Return the destination at `address`, a folder or any fsspec URL, without Airflow; raise VaultError."""
    try:
        fs, base = url_to_fs(address)
    except (ValueError, ImportError, OSError) as err:
        raise VaultError(f"{address} cannot be opened: {err}. Give a folder or a URL.", destination=name) from err
    return Place(name=name, fs=fs, address=address if "://" in address else f"file://{base}", base=base)


def rebuild(register: Register, places: Sequence[Place], actor: str) -> Rebuilt:
    """Record every back-up at `places` that the register lacks; what cannot be read is told, and the rest goes on.

    :raises VaultError: a place itself cannot be listed.
    """
    found, new, problems = set(), set(), []
    for place in places:
        for asset in place.assets():
            for name in finished(place, asset):
                found.add(str(name))
                try:
                    manifest = read_manifest(place, name)
                    copies, missing = copies_at(place, name, manifest)
                    problems += missing
                    if _record(register, manifest, copies, actor):
                        new.add(str(name))
                except CadanganError as err:
                    problems.append(str(err))
        log.info("Destination %s: %d back-ups found so far", place.name, len(found))
    return Rebuilt(len(found), len(new), tuple(problems))


def _record(register: Register, manifest: Manifest, copies: list[StoredCopy], actor: str) -> bool:
    if not copies:
        return False
    with register.transaction() as session:
        return restore_backup(session, manifest, copies, at=datetime.now(UTC), actor=actor)


def copies_at(place: Place, name: BackupName, manifest: Manifest) -> tuple[list[StoredCopy], list[str]]:
    """Return the files that lie there at their recorded length, and what is to be said of the others."""
    sizes = {part.name: place.size(name.asset, part.name) for part in manifest.artefacts}
    there = [
        StoredCopy(place.name, part.name, place.url(name.asset, part.name), part.stored_bytes, part.sha256)
        for part in manifest.artefacts
        if sizes[part.name] == part.stored_bytes
    ]
    return there, list(_missing(place, manifest, sizes))


def _missing(place: Place, manifest: Manifest, sizes: dict[str, int | None]) -> Iterator[str]:
    for part in manifest.artefacts:
        size = sizes[part.name]
        if size is None:
            yield f"Copy {place.name}: {part.name} is not there; copy it from another destination."
        elif size != part.stored_bytes:
            yield (
                f"Copy {place.name}: {part.name} has {size:,} bytes instead of {part.stored_bytes:,}; "
                "copy it from another destination."
            )
