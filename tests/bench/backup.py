"""Back-up benchmark: ratios to what a careful administrator would write. `python -m tests.bench.backup`."""

import argparse
import os
import tempfile
from pathlib import Path

from tests.bench.cases import cadangan, shell_cases
from tests.bench.database import Bench, bench_server
from tests.bench.measure import Run, ServerClock, compare, median, run_case, table

_SMALL, _LARGE = 6, 20


def main() -> None:
    """Print the figures of performance.md's PostgreSQL back-up rows."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--folder", type=Path, default=None, help="where the copies go; default: a temporary folder")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=arguments.folder, prefix="cadangan-bench-") as folder, bench_server() as bench:
        measure(bench, Path(folder), arguments.rounds)


def measure(bench: Bench, folder: Path, rounds: int) -> None:
    """Measure on a database of 0.6 GB, then memory on one of 2 GB."""
    clock = ServerClock(bench.postmaster)
    small = bench.create("kecil")
    small.fill(_SMALL)
    one, two = (folder / "satu",), (folder / "satu", folder / "dua")
    cases = shell_cases(small, folder) | {"cadangan": cadangan(small, one), "cadangan, 2 copies": cadangan(small, two)}
    run_case(cases["FLOOR"], clock)  # the first read warms the server's cache
    runs = compare(cases, clock, rounds)
    print(f"\n0.6 GB, medians of {rounds}, load {os.getloadavg()[0]:.1f}\n{table(runs, 'SHELLREF')}\n")
    for rival, limit in (("SHELLREF", 0.92), ("SHELLFAIR", 1.0), ("pg_dump -Fc", 0.33), ("FLOOR", 1.45)):
        report(f"cadangan / {rival}", runs["cadangan"], runs[rival], limit)
    report("two copies / one", runs["cadangan, 2 copies"], runs["cadangan"], 1.10)


def report(what: str, runs: list[Run], reference: list[Run], limit: float) -> None:
    """Print the wall and CPU ratio of two cases beside the target."""
    wall, cpu = (median(runs, figure) / median(reference, figure) for figure in ("wall", "cpu"))
    print(f"{what:28} wall {wall:5.2f}  CPU {cpu:5.2f}  target {limit:.2f}")


if __name__ == "__main__":
    main()
