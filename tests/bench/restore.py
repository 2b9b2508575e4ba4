"""Restore benchmark: ratios to what an administrator would write. `python -m tests.bench.restore`."""

import argparse
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from cadangan.backup.take import take_backup
from cadangan.config.restoring import RestorePolicy
from cadangan.core.compare import compare as compare_stock
from cadangan.core.manifest import Manifest
from cadangan.core.side_names import Purpose, new_side_name
from cadangan.engines import postgres
from cadangan.engines.contract import Site
from cadangan.hosts import local
from cadangan.restore.job import RestoreJob
from cadangan.restore.load import load
from tests.bench import cases
from tests.bench.backup import show, verdict
from tests.bench.database import Bench, bench_server
from tests.bench.measure import Case, ServerClock, compare

_SMALL = 6  # tenths of a gigabyte


def main() -> None:
    """Print the figures of restoring and comparing beside their targets."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--folder", type=Path, help="where the copy goes; default: the system's temporary folder")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=arguments.folder, prefix="cadangan-bench-") as name, bench_server() as bench:
        folder, small = Path(name), bench.create("kecil")
        small.fill(_SMALL)
        manifest = take_backup(cases.job(small, folder, "values"), cases.silent)
        (folder / "key").write_text(str(cases.IDENTITY))
        compared = {
            "shell": cases.restore(small, folder, manifest),
            "restore, 2 jobs": restore(small, folder, manifest, jobs=2),
            "restore, 1 job": restore(small, folder, manifest, jobs=1),
            "compare": comparison(small, manifest),
        }
        runs = compare(compared, ServerClock(bench.postmaster), arguments.rounds)
        show("Restore of 0.6 GB", runs, "shell", arguments.rounds)
        verdict("restore / shell", runs["restore, 2 jobs"], runs["shell"], 0.75)
        verdict("comparing / restore", runs["compare"], runs["restore, 2 jobs"], 0.20)


def restore(bench: Bench, folder: Path, manifest: Manifest, jobs: int) -> Case:
    """What a restore does: check, decrypt, decompress, load, analyze."""
    job = RestoreJob(
        manifest=manifest,
        place=cases.job(bench, folder, "values").places[0],
        engine=postgres,
        site=Site(bench.target, local),
        policy=RestorePolicy(staging_dir=str(folder), jobs=jobs),
        identity=str(cases.IDENTITY),
    )

    def case() -> None:
        target = postgres.side(bench.target, new_side_name(Purpose.REHEARSAL, "bench", datetime.now(UTC)))
        postgres.create(target, manifest)
        try:
            load(job, target)
        finally:
            postgres.drop(target)

    return case


def comparison(bench: Bench, manifest: Manifest) -> Case:
    """What follows a restore in a rehearsal."""

    def case() -> None:
        found = compare_stock(manifest, postgres.take_stock(bench.target, manifest, "values"))
        if found.differences:
            raise RuntimeError(found.differences)

    return case


if __name__ == "__main__":
    main()
