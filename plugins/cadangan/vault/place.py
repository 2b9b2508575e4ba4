"""A destination: an fsspec file system and a folder in it, and the room that is left there."""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from fsspec import AbstractFileSystem  # type: ignore[import-untyped]

from cadangan.errors import NoSpace, VaultError
from cadangan.vault import local
from cadangan.vault.patience import within
from cadangan.vault.ways import way_of

log = logging.getLogger(__name__)
T = TypeVar("T")


@dataclass(frozen=True)
class Place:
    """Where copies lie: `<base>/<asset>/<back-up's name>.*`.

    :param name: the destination's name in policies.yaml.
    :param address: its URL there.
    :param base: the path of that URL as `fs` writes it, without protocol and host.
    :param patience: seconds within which it answers what is asked of it.
    """

    name: str
    fs: AbstractFileSystem
    address: str
    base: str
    patience: float = 900.0

    def folder(self, asset: str) -> str:
        """Return the folder of an asset's back-ups."""
        return f"{self.base.rstrip('/')}/{asset}"

    def path(self, asset: str, file_name: str) -> str:
        """Return the path of a file of an asset."""
        return f"{self.folder(asset)}/{file_name}"

    def url(self, asset: str, file_name: str) -> str:
        """Return the address of a file, for people and for the register."""
        return f"{self.address.rstrip('/')}/{asset}/{file_name}"

    def files(self, asset: str) -> set[str]:
        """Return the names of the files of an asset, none when it has no folder; raise VaultError."""
        folder = self.folder(asset)
        try:
            found: set[str] = self.patiently(lambda: way_of(self.fs).listing(self.fs, folder))
        except FileNotFoundError:
            return set()
        except Exception as err:
            raise VaultError(
                f"Destination {self.name}: {folder} cannot be listed: {err}. Check the way there.",
                destination=self.name,
            ) from err
        return found

    def exists(self) -> bool:
        """Return whether there is such a place; raise VaultError when that cannot be told."""
        try:
            return bool(self.patiently(lambda: self.fs.exists(self.base)))
        except Exception as err:
            raise VaultError(
                f"Destination {self.name}: {self.base} cannot be looked at: {err}. Check the way there.",
                destination=self.name,
            ) from err

    def assets(self) -> list[str]:
        """Return the names of the folders here, which are assets'; raise VaultError when there is no such place."""
        try:
            self.fs.invalidate_cache(self.base)
            found = self.patiently(lambda: self.fs.ls(self.base, detail=True))
        except Exception as err:
            raise VaultError(
                f"Destination {self.name}: {self.base} cannot be listed: {err}. Check the address and the way there.",
                destination=self.name,
            ) from err
        return sorted(entry["name"].rstrip("/").rpartition("/")[2] for entry in found if entry["type"] == "directory")

    def size(self, asset: str, file_name: str) -> int | None:
        """Return the length in bytes of a file of an asset, None when it is not there; raise VaultError."""
        path = self.path(asset, file_name)
        try:
            return int(self.patiently(lambda: self.fs.info(path))["size"])
        except FileNotFoundError:
            return None
        except Exception as err:
            raise VaultError(
                f"Destination {self.name}: {path} cannot be looked at: {err}. Check the way there.",
                destination=self.name,
            ) from err

    def remove(self, asset: str, file_name: str) -> None:
        """Delete one file; one that is gone already is no error. Raise VaultError."""
        path = self.path(asset, file_name)
        try:
            self.patiently(lambda: way_of(self.fs).remove(self.fs, path))
        except FileNotFoundError:
            pass
        except Exception as err:
            raise VaultError(
                f"Destination {self.name}: {path} cannot be deleted: {err}. Delete it by hand.", destination=self.name
            ) from err

    def locked_until(self, asset: str, file_name: str) -> datetime | None:
        """Return until when nobody can delete a file, None when nothing locks it; raise VaultError."""
        path = self.path(asset, file_name)
        try:
            until: datetime | None = self.patiently(lambda: way_of(self.fs).locked_until(self.fs, path))
        except Exception as err:
            raise VaultError(
                f"Destination {self.name}: {path} cannot be looked at: {err}. Check the way there.",
                destination=self.name,
            ) from err
        return until

    def patiently(self, act: Callable[[], T]) -> T:
        """Return what `act` returns; raise TimeoutError when the destination does not answer."""
        return within(self.patience, act)


def free_bytes(place: Place) -> int | None:
    """Return how much room a destination has, None where it cannot be told."""
    if not local.is_local(place.fs):
        return None
    try:
        return place.patiently(lambda: local.free_bytes(place.base))
    except TimeoutError as err:
        log.warning("Destination %s: its room cannot be told: %s", place.name, err)
        return None


def shortages(places: Sequence[Place], needed: int) -> dict[str, NoSpace]:
    """Return, by its name, what is wrong with every destination that has less than `needed` bytes of room."""
    return {name: _no_space({name: room}, needed) for name, room in _short(places, needed).items()}


def require_room(places: Sequence[Place], needed: int) -> None:
    """Raise NoSpace, naming every destination that has less than `needed` bytes of room."""
    short = _short(places, needed)
    if short:
        raise _no_space(short, needed)


def _short(places: Sequence[Place], needed: int) -> dict[str, int]:
    free = {place.name: free_bytes(place) for place in places}
    return {name: room for name, room in free.items() if room is not None and room < needed}


def _no_space(short: Mapping[str, int], needed: int) -> NoSpace:
    said = "; ".join(f"{name} has {room:,} bytes free" for name, room in short.items())
    return NoSpace(
        f"The back-up may need {needed:,} bytes at each destination, but {said}. "
        "Make room there or plan another destination, then clear the task.",
        destination=", ".join(short),
        needed_bytes=needed,
    )
