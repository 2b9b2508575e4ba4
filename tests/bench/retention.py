"""Judging a million back-ups: time and memory, in a process of its own: `python -m tests.bench.retention`."""

import resource
import subprocess
import sys
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from cadangan.core.retention import Generation, Kept, Period, Rules, judge

BACKUPS, ASSETS = 1_000_000, 1_000
TARGET_SECONDS, TARGET_MB = 10.0, 500
NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
RULES = Rules(
    days=7,
    min_good=3,
    generations={
        Period.HOURLY: Generation(days=7),
        Period.DAILY: Generation(count=30),
        Period.WEEKLY: Generation(count=12),
        Period.MONTHLY: Generation(count=24),
        Period.YEARLY: Generation(count=10),
    },
)


def measure() -> int:
    each = BACKUPS // ASSETS
    backups = [
        Kept(n, f"aset-{n % ASSETS}", NOW - timedelta(hours=9 * (n // ASSETS)), n % 17 != 0, 1_000_000)
        for n in range(BACKUPS)
    ]
    started = time.perf_counter()
    verdicts = list(judge(backups, lambda _: RULES, now=NOW, zone=ZoneInfo("Asia/Jakarta"), held=frozenset()))
    seconds = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    kept = sum(verdict.reason.keeps for verdict in verdicts)
    print(f"{len(verdicts):,} back-ups of {ASSETS} assets ({each} each), {kept:,} kept")
    print(dict(Counter(verdict.reason.name for verdict in verdicts)))
    print(f"{seconds:.1f} s (target < {TARGET_SECONDS} s), peak of the process {peak:.0f} MB (target < {TARGET_MB} MB)")
    return 0 if seconds < TARGET_SECONDS and peak < TARGET_MB else 1


if __name__ == "__main__":
    # The peak must be that of the judging alone.
    sys.exit(measure() if "--here" in sys.argv else subprocess.call([sys.executable, "-m", __spec__.name, "--here"]))
