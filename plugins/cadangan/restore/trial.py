"""Restore a back-up into an empty place and compare that place with the manifest, and tell how long each took."""

import time
from dataclasses import dataclass

from cadangan.core.compare import compare
from cadangan.core.difference import Difference, NotCompared, Stock
from cadangan.restore.job import RestoreJob
from cadangan.restore.load import load


@dataclass(frozen=True)
class Compared:
    """What a comparison found.

    :param differences: from the manifest, each of which means loss.
    :param harmless: differences that come of restoring elsewhere.
    :param not_compared: what could not be compared, and why.
    """

    differences: tuple[Difference, ...]
    harmless: tuple[Difference, ...]
    not_compared: tuple[NotCompared, ...]


@dataclass
class Trial:
    """One back-up that is restored into one place, which exists and is empty. The seconds count also when it fails."""

    job: RestoreJob
    target: object
    restore_seconds: float = 0.0
    compare_seconds: float = 0.0

    def run(self) -> Compared:
        """Restore and compare; raise what `load` and the engine's `take_stock` raise."""
        began = time.monotonic()
        load(self.job, self.target)
        self.restore_seconds = time.monotonic() - began
        began = time.monotonic()
        arguments = (self.target, self.job.manifest, self.job.digest_method(), self.job.site.host)
        stock: Stock = self.job.engine.take_stock(*arguments)
        comparison = compare(self.job.manifest, stock)
        self.compare_seconds = time.monotonic() - began
        harmless = tuple(
            each for each in comparison.differences if self.job.engine.harmless(each, self.job.manifest, stock)
        )
        return Compared(
            differences=tuple(each for each in comparison.differences if each not in harmless),
            harmless=harmless,
            not_compared=comparison.not_compared,
        )
