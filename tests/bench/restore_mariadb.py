"""MariaDB restore benchmark: ratios to what an administrator would write. `python -m tests.bench.restore_mariadb`."""

import argparse
import subprocess
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from cadangan.backup.take import take_backup
from cadangan.core.compare import compare as compare_stock
from cadangan.core.manifest import Manifest
from cadangan.core.naming import Kind
from cadangan.core.side_names import Purpose, new_side_name
from cadangan.engines import mysql
from cadangan.engines.contract import Site
from cadangan.engines.mysql.target import Target, option_file
from cadangan.hosts import local
from cadangan.restore.job import RestoreJob
from cadangan.restore.load import load
from tests.backup.builders import job_for, place
from tests.bench.backup import show, verdict
from tests.bench.cases import IDENTITY, POLICY, silent
from tests.bench.mariadb import SETTINGS, fill
from tests.bench.measure import Case, ServerClock, compare
from tests.services.mariadb import program, run, running, target_on


def main() -> None:
    """Print the figures of restoring and comparing beside their targets."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory(prefix="cadangan-bench-") as name, running(**SETTINGS) as server:
        folder, target = Path(name), target_on(server, "bench")
        fill(target)
        manifest = back_up(target, folder)
        (folder / "my.cnf").write_bytes(option_file(target, "MariaDB"))
        (folder / "key").write_text(str(IDENTITY))
        compared = {
            "shell": shell(target, folder, manifest),
            "restore": restore(target, folder, manifest),
            "compare": comparison(target, manifest),
        }
        runs = compare(compared, ServerClock(server.pid), rounds)
    show("Restore of MariaDB", runs, "shell", rounds)
    verdict("restore / shell", runs["restore"], runs["shell"], 1.0)
    verdict("comparing / restore", runs["compare"], runs["restore"], 0.20)


def back_up(target: Target, folder: Path) -> Manifest:
    """Take the back-up that is restored."""
    job = job_for(
        target,
        folder / "satu",
        engine=mysql,
        site=Site(target, local),
        policy=POLICY,
        asset="bench",
        needed_bytes=0,
    )
    return take_backup(job, silent)


def shell(target: Target, folder: Path, manifest: Manifest) -> Case:
    """What an administrator writes to restore."""
    dump = next(each.name for each in manifest.artefacts if each.kind is Kind.DUMP)
    script = f"age -d -i key satu/bench/{dump} | zstd -q -d | {program('mariadb')} --defaults-file=my.cnf scratch"

    def case() -> None:
        run(target, "DROP DATABASE IF EXISTS scratch", "CREATE DATABASE scratch", choose=False)
        subprocess.run(["bash", "-e", "-o", "pipefail", "-c", script], cwd=folder, check=True)

    return case


def restore(target: Target, folder: Path, manifest: Manifest) -> Case:
    """What a restore does: check, decrypt, decompress, load, analyze."""
    job = RestoreJob(
        manifest=manifest,
        place=place(folder / "satu"),
        engine=mysql,
        site=Site(target, local),
        identity=str(IDENTITY),
    )

    def case() -> None:
        side = mysql.side(target, new_side_name(Purpose.REHEARSAL, "bench", datetime.now(UTC)))
        mysql.create(side, manifest)
        try:
            load(job, side)
        finally:
            mysql.drop(side)

    return case


def comparison(target: Target, manifest: Manifest) -> Case:
    """What follows a restore in a rehearsal."""

    def case() -> None:
        found = compare_stock(manifest, mysql.take_stock(target, manifest, "values"))
        if found.differences:
            raise RuntimeError(found.differences)

    return case


if __name__ == "__main__":
    main()
