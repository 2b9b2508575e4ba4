"""Finished copies: find, open, digest, delete."""

import contextlib
import hashlib
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import BinaryIO

from pydantic import ValidationError

from cadangan.core.manifest import Manifest
from cadangan.core.naming import BackupName, parse
from cadangan.errors import CopyMissing, ManifestMismatch, NameInvalid, VaultError
from cadangan.vault import local
from cadangan.vault.place import Place

_CHUNK = 4 * 1024 * 1024


@contextlib.contextmanager
def open_copy(place: Place, asset: str, file_name: str) -> Iterator[BinaryIO]:
    """Open a stored file for reading, from the disk and not from memory where that can be asked for.

    Raise CopyMissing when it is not there, VaultError when it cannot be opened.
    """
    path = place.path(asset, file_name)
    try:
        handle: BinaryIO = place.patiently(lambda: place.fs.open(path, "rb"))
    except FileNotFoundError as err:
        raise CopyMissing(
            f"Copy {place.name}: {path} is not there; it was moved or deleted.", destination=place.name
        ) from err
    except Exception as err:
        raise VaultError(
            f"Copy {place.name}: {path} cannot be opened: {err}. Check that destination and the way to it.",
            destination=place.name,
        ) from err
    with handle:
        if local.is_local(place.fs):
            local.forget_cached(handle)
        yield handle


def chunks(place: Place, asset: str, file_name: str) -> Iterator[bytes]:
    """Yield a stored file from its beginning to its end; raise VaultError, also when nothing comes any more."""
    with open_copy(place, asset, file_name) as handle:
        while data := _next(place, handle, file_name):
            yield data


def _next(place: Place, handle: BinaryIO, file_name: str) -> bytes:
    try:
        return place.patiently(lambda: handle.read(_CHUNK))
    except Exception as err:
        raise VaultError(
            f"Copy {place.name}: {file_name} could not be re-read: {err}. Check that disk.", destination=place.name
        ) from err


def digest(place: Place, asset: str, file_name: str) -> str:
    """Re-read a stored file and return its SHA-256 in lower-case hex; raise VaultError."""
    computed = hashlib.sha256()
    for data in chunks(place, asset, file_name):
        computed.update(data)
    return computed.hexdigest()


def read_manifest(place: Place, name: BackupName) -> Manifest:
    """Return a stored back-up's manifest; raise VaultError or ManifestMismatch."""
    with open_copy(place, name.asset, name.manifest()) as handle:
        text = handle.read()
    try:
        manifest = Manifest.model_validate_json(text)
    except ValidationError as err:
        raise ManifestMismatch(
            f"Copy {place.name}: {name.manifest()} is not a manifest: {err}", destination=place.name
        ) from err
    if manifest.backup != str(name):
        raise ManifestMismatch(
            f"Copy {place.name}: {name.manifest()} speaks of {manifest.backup}.", destination=place.name
        )
    return manifest


def finished(place: Place, asset: str) -> list[BackupName]:
    """Return the names of an asset's back-ups that have a manifest, the oldest first."""
    files = place.files(asset)
    names = []
    for file in sorted(files):
        with contextlib.suppress(NameInvalid):
            name = parse(file)
            if file == name.manifest():
                names.append(name)
    return names


def delete(place: Place, name: BackupName) -> Sequence[str]:
    """Delete a back-up at one destination and return the file names; the manifest goes first.

    Cut off half-way it leaves files without a manifest, which are no back-up and which a repeat removes. Raise
    VaultError, also when one of them is still locked: hidden, it would still be there.
    """
    files = sorted(file for file in place.files(name.asset) if file.startswith(f"{name}."))
    locks = [until for file in files if (until := place.locked_until(name.asset, file)) and until > datetime.now(UTC)]
    if locks:
        raise VaultError(
            f"Copy {place.name}: {name} is locked there until {max(locks).isoformat()}; destroy it after that.",
            destination=place.name,
        )
    files.sort(key=lambda file: file != name.manifest())
    for file in files:
        place.remove(name.asset, file)
    return files
