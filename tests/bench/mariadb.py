"""MariaDB back-up benchmark: ratios to what a careful administrator would write. `python -m tests.bench.mariadb`."""

import argparse
import os
import subprocess
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from cadangan.backup.take import take_backup
from cadangan.core.naming import BackupName, Kind, parse
from cadangan.engines import mysql
from cadangan.engines.contract import Site
from cadangan.engines.mysql.target import Target, option_file
from cadangan.hosts import local
from cadangan.hosts.command import Command
from cadangan.stream.pump import pump
from cadangan.stream.seal import Source
from cadangan.vault.copies import delete
from cadangan.vault.deposit import deposit
from tests.backup.builders import job_for, place
from tests.bench.backup import show, verdict
from tests.bench.cases import POLICY, RECIPIENT, silent
from tests.bench.measure import Case, ServerClock, compare, run_case
from tests.services.mariadb import program, run, running, target_on

_ROWS = 700_000
SETTINGS = {"innodb_buffer_pool_size": "1G", "innodb_flush_log_at_trx_commit": "1", "innodb_doublewrite": "1"}
_WORDS = ("permohonan", "pencadangan", "laporan", "kegiatan", "rapat", "pengadaan", "audit", "unit", "kerja", "dinas")
_WORDS += ("pegawai", "anggaran", "nomor", "lampiran", "keputusan", "kepala", "bidang", "surat", "kecamatan", "layanan")
_LIST = ", ".join(f"'{word}'" for word in _WORDS)
_TEXT = ", ".join(f"ELT(1 + CRC32(CONCAT(seq, '-{place}')) % {len(_WORDS)}, {_LIST})" for place in range(60))
_FILL = (
    """CREATE TABLE surat (
        id int PRIMARY KEY AUTO_INCREMENT, nomor varchar(60), isi text, nilai decimal(14, 2), tanggal date,
        dibuat datetime, rincian json
    )""",
    f"""INSERT INTO surat (nomor, isi, nilai, tanggal, dibuat, rincian)
    SELECT
        CONCAT('BR/', seq, '/2026'), CONCAT_WS(' ', {_TEXT}), CRC32(seq) / 7,
        DATE '2020-01-01' + INTERVAL seq % 2000 DAY, NOW(),
        JSON_OBJECT('unit', seq % 40, 'kode', MD5(seq * 3), 'jumlah', CRC32(seq))
    FROM seq_1_to_{_ROWS}""",
    "ANALYZE TABLE surat",
)


def main() -> None:
    """Print the figures of the MariaDB back-up beside their targets."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory(prefix="cadangan-bench-") as name, running(**SETTINGS) as server:
        folder, target = Path(name), target_on(server, "bench")
        fill(target)
        (folder / "my.cnf").write_bytes(option_file(target, "MariaDB"))
        clock = ServerClock(server.pid)
        cases = shell_cases(folder) | {
            "cadangan": pipeline(target, folder),
            "back-up, value digests": whole(target, folder, "values"),
            "back-up, counts only": whole(target, folder, "off"),
        }
        run_case(cases["FLOOR"], clock)  # the first read warms the server's cache
        runs = compare(cases, clock, rounds)
    show("Back-up of MariaDB", runs, "SHELLREF", rounds)
    for rival, limit in (("SHELLREF", 0.85), ("mariadb-dump | gzip", 0.20)):
        verdict(f"cadangan / {rival}", runs["cadangan"], runs[rival], limit)
    verdict("digests / counts only", runs["back-up, value digests"], runs["back-up, counts only"], 1.15)


def fill(target: Target) -> None:
    """Make the database of the bench, about 0.4 GB as dumped."""
    run(target, "CREATE DATABASE bench CHARACTER SET utf8mb4", choose=False)
    run(target, *_FILL)


def shell_cases(folder: Path) -> dict[str, Case]:
    """Return the rivals by name."""
    dump = f"{program('mariadb-dump')} --defaults-file=my.cnf --single-transaction bench"
    scripts = {
        "SHELLREF": f"{dump} | zstd -q -3 -T0 | age -r {RECIPIENT} | tee >(sha256sum > ref.sum) > ref; sync ref",
        "SHELLFAIR": (
            "rm -f pipe; mkfifo pipe; openssl dgst -sha256 < pipe > fair.sum & "
            f"{dump} | zstd -q -3 -T0 | age -r {RECIPIENT} | tee pipe > fair; wait; sync fair"
        ),
        "FLOOR": f"{dump} > /dev/null",
        "mariadb-dump | gzip": f"{dump} | gzip > gzip; sync gzip",
    }

    def shell(script: str) -> Case:
        argv = ["bash", "-e", "-o", "pipefail", "-c", script]
        return lambda: subprocess.run(argv, cwd=folder, check=True) and None

    return {name: shell(script) for name, script in scripts.items()}


def pipeline(target: Target, folder: Path) -> Case:
    """The pipeline into one copy, finished and removed again: the counterpart of the shell's."""
    argv = (program("mariadb-dump"), f"--defaults-file={folder / 'my.cnf'}", "--single-transaction", target.database)
    where = place(folder / "satu")

    def case() -> None:
        name = BackupName("bench", datetime.now(UTC), "BR-2026-00001", 1, os.getpid())
        with deposit((where,), name) as made, local.start(Command(argv)) as process:
            pump(Source(process), made.drafts(name.artefact(Kind.DUMP)), POLICY, 0, silent)
            made.finish("{}")
        delete(where, name)

    return case


def whole(target: Target, folder: Path, content_digest: str) -> Case:
    """A back-up as the dump task takes it: accounts, dump, what it lacks, and the inventory beside it."""
    job = job_for(
        target,
        folder / "satu",
        engine=mysql,
        site=Site(target, local),
        policy=POLICY,
        content_digest=content_digest,
        asset="bench",
        needed_bytes=0,
    )

    def case() -> None:
        delete(job.places[0], parse(take_backup(job, silent).backup))

    return case


if __name__ == "__main__":
    main()
