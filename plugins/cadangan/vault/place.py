"""A destination: an fsspec file system and a folder in it, and the room that is left there."""

import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass

from fsspec import AbstractFileSystem  # type: ignore[import-untyped]

from cadangan.errors import NoSpace, VaultError
from cadangan.vault import local


@dataclass(frozen=True)
class Place:
    """Where copies lie: `<base>/<asset>/<back-up's name>.*`.

    :param name: the destination's name in policies.yaml.
    :param address: its URL there.
    :param base: the path of that URL as `fs` writes it, without protocol and host.
    """

    name: str
    fs: AbstractFileSystem
    address: str
    base: str

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
            self.fs.invalidate_cache(folder)
            return {path.rstrip("/").rpartition("/")[2] for path in self.fs.ls(folder, detail=False)}
        except FileNotFoundError:
            return set()
        except Exception as err:
            raise VaultError(
                f"Destination {self.name}: {folder} cannot be listed: {err}. Check the way there.",
                destination=self.name,
            ) from err

    def remove(self, asset: str, file_name: str) -> None:
        """Delete one file; one that is gone already is no error. Raise VaultError."""
        path = self.path(asset, file_name)
        try:
            self.fs.rm_file(path)
        except FileNotFoundError:
            pass
        except Exception as err:
            raise VaultError(
                f"Destination {self.name}: {path} cannot be deleted: {err}. Delete it by hand.", destination=self.name
            ) from err


def free_bytes(place: Place) -> int | None:
    """Return how much room a destination has, None where it cannot be told."""
    if not local.is_local(place.fs):
        return None
    path = os.path.abspath(place.base)
    while not os.path.exists(path):
        path = os.path.dirname(path)
    return shutil.disk_usage(path).free


def require_room(places: Sequence[Place], needed: int) -> None:
    """Raise NoSpace, naming every destination that has less than `needed` bytes of room."""
    free = {place.name: free_bytes(place) for place in places}
    short = {
        name: f"{name} has {room:,} bytes free" for name, room in free.items() if room is not None and room < needed
    }
    if short:
        raise NoSpace(
            f"The back-up may need {needed:,} bytes at each destination, but {'; '.join(short.values())}. "
            "Make room there or plan another destination, then clear the task.",
            destination=", ".join(short),
            needed_bytes=needed,
        )
