"""Restore a back-up into an empty place and compare that place with the manifest, and tell how long each took."""

import time
from dataclasses import dataclass

from cadangan.restore.job import RestoreJob
from cadangan.restore.judge import Judgement, judge
from cadangan.restore.load import load


@dataclass
class Trial:
    """One back-up that is restored into one place, which exists and is empty. The seconds count also when it fails."""

    job: RestoreJob
    target: object
    restore_seconds: float = 0.0
    compare_seconds: float = 0.0

    def run(self) -> Judgement:
        """Restore and compare; raise what `load` and `judge` raise."""
        began = time.monotonic()
        load(self.job, self.target)
        self.restore_seconds = time.monotonic() - began
        began = time.monotonic()
        judgement = judge(self.job, self.target)
        self.compare_seconds = time.monotonic() - began
        return judgement
