"""Back-up benchmark: ratios to what a careful administrator would write. `python -m tests.bench.backup`."""

import argparse
import os
import tempfile
from pathlib import Path

from cadangan.backup.take import take_backup
from tests.bench import cases
from tests.bench.database import Bench, bench_server
from tests.bench.measure import Run, ServerClock, compare, median, run_case, table

_SMALL, _LARGE = 6, 20  # tenths of a gigabyte
_MEMORY_ROUNDS = 2


def main() -> None:
    """Print the figures of the PostgreSQL back-up beside their targets."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--folder", type=Path, help="where the copies go; default: the system's temporary folder")
    parts = {"backup": backup, "inventory": inventory, "checksum": checksum}
    parser.add_argument("--part", choices=[*parts, "memory"], action="append", help="default: all of them")
    arguments = parser.parse_args()
    wanted = arguments.part or [*parts, "memory"]
    with tempfile.TemporaryDirectory(dir=arguments.folder, prefix="cadangan-bench-") as folder, bench_server() as bench:
        clock = ServerClock(bench.postmaster)
        small = bench.create("kecil")
        small.fill(_SMALL)
        for name, part in parts.items():
            if name in wanted:
                part(small, Path(folder), clock, arguments.rounds)
        if "memory" in wanted:
            memory(small, Path(folder), clock)


def backup(bench: Bench, folder: Path, clock: ServerClock, rounds: int) -> None:
    """The pipeline against the shell's, into one copy and into two."""
    compared = cases.shell_cases(bench, folder) | {
        "cadangan": cases.cadangan(bench, (folder / "satu",)),
        "cadangan, 2 copies": cases.cadangan(bench, (folder / "satu", folder / "dua")),
    }
    run_case(compared["FLOOR"], clock)  # the first read warms the server's cache
    runs = compare(compared, clock, rounds)
    show("Back-up of 0.6 GB", runs, "SHELLREF", rounds)
    for rival, limit in (("SHELLREF", 0.92), ("SHELLFAIR", 1.0), ("pg_dump -Fc", 0.33), ("FLOOR", 1.45)):
        verdict(f"cadangan / {rival}", runs["cadangan"], runs[rival], limit)
    verdict("two copies / one", runs["cadangan, 2 copies"], runs["cadangan"], 1.10)


def inventory(bench: Bench, folder: Path, clock: ServerClock, rounds: int) -> None:
    """Counts and content digests, alone and beside the dump."""
    compared = {
        "back-up, counts only": cases.whole_backup(bench, folder, "off"),
        "back-up, value digests": cases.whole_backup(bench, folder, "values"),
        "back-up, text digests": cases.whole_backup(bench, folder, "text"),
        "counts alone": cases.inventory(bench, "off"),
        "value digests alone": cases.inventory(bench, "values"),
    }
    runs = compare(compared, clock, rounds)
    show("Counts and digests", runs, "back-up, counts only", rounds)
    verdict("value digests / back-up", runs["value digests alone"], runs["back-up, value digests"], 0.15)


def checksum(bench: Bench, folder: Path, clock: ServerClock, rounds: int) -> None:
    """The check of one copy against a restore of it."""
    manifest = take_backup(cases.job(bench, folder, "values"), cases.silent)
    (folder / "key").write_text(str(cases.IDENTITY))
    compared = {
        "checksum": cases.check(folder, manifest),
        "restore": cases.restore(bench, folder, manifest),
    }
    runs = compare(compared, clock, rounds)
    show("Checksum", runs, "restore", rounds)
    verdict("checksum / restore", runs["checksum"], runs["restore"], 0.15)


def memory(small: Bench, folder: Path, clock: ServerClock) -> None:
    """Peak memory of the process tree, which must not grow with the database."""
    large = small.create("besar")
    large.fill(_LARGE)
    compared = {
        "nothing (Python alone)": lambda: None,
        "0.6 GB": cases.cadangan(small, (folder / "satu",)),
        "2 GB": cases.cadangan(large, (folder / "satu",)),
    }
    runs = compare(compared, clock, _MEMORY_ROUNDS)
    for name, of_case in runs.items():
        print(f"memory of the tree, {name:24} {median(of_case, 'memory'):4.0f} MB  target 160")
    growth = median(runs["2 GB"], "memory") / median(runs["0.6 GB"], "memory")
    print(f"memory, 2 GB / 0.6 GB: {growth:.2f}  target 1.20")


def show(title: str, runs: dict[str, list[Run]], reference: str, rounds: int) -> None:
    """Print the medians of all cases."""
    print(f"\n{title}: medians of {rounds}, shuffled, load {os.getloadavg()[0]:.1f}\n{table(runs, reference)}\n")


def verdict(what: str, runs: list[Run], reference: list[Run], limit: float) -> None:
    """Print the wall and CPU ratio of two cases beside the target."""
    wall, cpu = (median(runs, figure) / median(reference, figure) for figure in ("wall", "cpu"))
    print(f"{what:28} wall {wall:5.2f}  CPU {cpu:5.2f}  target {limit:.2f}")


if __name__ == "__main__":
    main()
