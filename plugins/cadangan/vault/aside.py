"""A bad file is put aside under another name, never deleted: should it be the better one, it is still there."""

from datetime import datetime

from cadangan.errors import VaultError
from cadangan.vault.place import Place
from cadangan.vault.ways import way_of

_MARK = ".rusak-"


def is_aside(file_name: str) -> bool:
    """Return whether a file was put aside."""
    return _MARK in file_name


def put_aside(place: Place, asset: str, file_name: str, at: datetime) -> str | None:
    """Give a file the name of one that is bad and return it, None when there is no such file; raise VaultError."""
    if file_name not in place.files(asset):
        return None
    other = f"{file_name}{_MARK}{at:%Y%m%dT%H%M%SZ}"
    try:
        place.patiently(
            lambda: way_of(place.fs).put_aside(place.fs, place.path(asset, file_name), place.path(asset, other))
        )
    except Exception as err:
        raise VaultError(
            f"Destination {place.name}: {file_name} cannot be put aside: {err}. Rename it by hand.",
            destination=place.name,
        ) from err
    return other
