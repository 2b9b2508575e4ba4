"""A file of the vault on its way from a temporary to its final name."""

import contextlib
import logging
import threading
import time
from collections.abc import Callable
from typing import BinaryIO

from cadangan.core.naming import UNFINISHED
from cadangan.errors import CopyFailed
from cadangan.vault.patience import within
from cadangan.vault.place import Place
from cadangan.vault.ways import way_of

log = logging.getLogger(__name__)
_WITHDRAW_SECONDS = 15.0
_SWEPT_LATER = "the next try, or the closing of the request, sweeps it"


class Draft:
    """One file at one destination: write, close, publish; or withdraw, at any time and more than once."""

    def __init__(self, place: Place, asset: str, file_name: str) -> None:
        self.name = place.name
        self._way = way_of(place.fs)
        self._fs = place.fs
        self._final = place.path(asset, file_name)
        self._temporary = self._final + UNFINISHED
        self._published = False
        self._place = place
        self._begun_at = time.monotonic()
        try:
            self._handle: BinaryIO = place.patiently(lambda: self._way.begin(self._fs, self._temporary, self._final))
        except Exception as err:
            raise self._failed("opened", err) from err

    def _refuse_overwriting(self) -> None:
        if self._fs.exists(self._final):
            raise FileExistsError("a finished file of that name lies there")

    def write(self, data: bytes) -> None:
        """Take all of `data`."""
        self._handle.write(data)

    def close(self) -> None:
        """Flush, sync where that can be asked for, and close the temporary file."""
        if not self._way.settle(self._handle):
            log.info("Copy %s: %s cannot be synced there", self.name, self._final)

    def write_patiently(self, data: bytes) -> None:
        """Write `data`; raise CopyFailed, also when the destination does not take it."""
        self._within_patience(lambda: self.write(data))

    def close_patiently(self) -> None:
        """Close; raise CopyFailed, also when the destination does not answer."""
        self._within_patience(self.close)

    def write_whole(self, data: bytes) -> None:
        """Write `data` and close; raise CopyFailed."""
        self.write_patiently(data)
        self.close_patiently()

    def _within_patience(self, act: Callable[[], None]) -> None:
        try:
            self._place.patiently(act)
        except Exception as err:
            raise self._failed("written", err) from err

    def publish(self) -> None:
        """Give the closed file its final name, durably; raise CopyFailed."""
        # Some stores rename by copying, which takes no longer than writing did.
        patience = max(self._place.patience, time.monotonic() - self._begun_at)
        try:
            within(patience, self._publish)
        except Exception as err:
            raise self._failed("renamed", err) from err

    def _publish(self) -> None:
        self._refuse_overwriting()
        # From here on a file of the final name is ours, also when the renaming breaks off half-way.
        self._published = True
        self._way.publish(self._fs, self._handle, self._temporary, self._final)

    def withdraw(self) -> None:
        """Remove the file, under whichever name it lies there; what cannot be removed in time is logged."""
        # A destination that hangs must not keep the task from ending.
        removing = threading.Thread(target=self._remove, daemon=True, name=f"withdraw-{self.name}")
        removing.start()
        removing.join(_WITHDRAW_SECONDS)
        if removing.is_alive():
            log.warning("Copy %s: %s is left there, it does not answer; %s", self.name, self._final, _SWEPT_LATER)

    def _remove(self) -> None:
        with contextlib.suppress(Exception):
            self._way.drop(self._handle)
        for path in (self._final, self._temporary) if self._published else (self._temporary,):
            try:
                self._way.remove(self._fs, path)
            except FileNotFoundError:
                continue
            except Exception as err:
                log.warning("Copy %s: %s could not be removed: %s; %s", self.name, path, err, _SWEPT_LATER)

    def _failed(self, act: str, err: Exception) -> CopyFailed:
        return CopyFailed(
            f"Copy {self.name}: {self._final} could not be {act}: {err}. "
            "Check that destination and the way to it, then clear the task.",
            destination=self.name,
        )
