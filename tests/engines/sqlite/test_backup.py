"""A SQLite database is backed up from one view, whole or not at all, and the copy is the database."""

import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path

import pytest

from cadangan.backup.check import Checker, check_copy
from cadangan.backup.take import take_backup
from cadangan.core.states import Verdict
from cadangan.engines.sqlite import copying
from cadangan.errors import EngineError, PathUnreadable, SourceDamaged, TablesBusy
from tests.backup.builders import files, raw_of, silent, until
from tests.engines.files.test_backup import manual
from tests.engines.sqlite.conftest import filled, job_of
from tests.stream.builders import KEY, policy

WRITER = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], timeout=30, isolation_level=None)
print("siap", flush=True)
number = 0
while True:
    connection.execute("BEGIN IMMEDIATE")
    connection.execute("INSERT INTO debit VALUES (?)", [number])
    connection.execute("INSERT INTO kredit VALUES (?)", [number])
    connection.execute("COMMIT")
    number += 1
"""


def restored(job, manifest, folder):
    path = folder / "pulih.db"
    path.write_bytes(raw_of(manifest, job.places[0], "sqlite"))
    return path


def dump_of(path):
    with closing(sqlite3.connect(path)) as connection:
        return list(connection.iterdump())


def left_behind():
    return list(Path(copying.FOLDER).glob("cadangan-sqlite.*"))


def verdicts(job, manifest):
    (check,) = check_copy(job.places[0], manifest, Checker(job.engine, (), KEY))
    return (check.digest, check.decrypt, check.contents), check.reasons


def test_the_copy_is_the_database_with_its_settings(job, path, tmp_path):
    manifest = take_backup(job, silent)

    copy = restored(job, manifest, tmp_path)

    assert dump_of(copy) == dump_of(path)
    with closing(sqlite3.connect(copy)) as connection:
        settings = [
            connection.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("user_version", "application_id", "page_size")
        ]
    assert settings == [42, 1128350541, 8192]
    assert verdicts(job, manifest) == ((Verdict.PASSED,) * 3, ())
    assert manifest.source.engine == "sqlite"
    assert manifest.artefacts[0].name.endswith(".sqlite.zst.age")


def test_the_manifest_counts_digests_and_names_what_the_copy_holds(job):
    inventory = take_backup(job, silent).inventory

    tables = {table.name: table for table in inventory.tables}
    objects = {(found.kind, found.name) for found in inventory.objects}

    strange = next(name for name in tables if name.startswith("aneh"))
    assert strange.endswith("--\n.quit\n")
    assert (tables["pegawai"].rows, tables[strange].rows) == (2000, 3)
    assert {table.digest_method for table in inventory.tables} == {"sha3-256"}
    assert "cari" not in tables
    assert "cari_content" in tables
    assert objects >= {("view", "daftar"), ("trigger", "jaga"), ("index", "menurut_nama"), ("virtual table", "cari")}
    assert ("foreign key", strange) in objects


def test_content_that_differs_in_type_only_has_another_digest(tmp_path):
    digests = []
    for number, value in enumerate(("1", "'1'", "x'31'", "1.0")):
        path = tmp_path / f"{number}.db"
        with closing(sqlite3.connect(path)) as connection:
            connection.executescript(f"CREATE TABLE t (a); INSERT INTO t VALUES ({value})")
        digests.append(take_backup(job_of(path, tmp_path / f"gudang{number}"), silent).inventory.tables[0].digest)

    assert len(set(digests)) == 4


def test_without_digests_the_rows_are_counted_all_the_same(path, tmp_path):
    inventory = take_backup(job_of(path, tmp_path / "gudang", content_digest="off"), silent).inventory

    assert {(table.digest, table.digest_method) for table in inventory.tables} == {(None, "off")}
    assert max(table.rows for table in inventory.tables) == 2000


def test_writers_go_on_and_the_copy_is_of_one_instant(path, tmp_path):
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript("CREATE TABLE debit (n); CREATE TABLE kredit (n); CREATE TABLE besar (isi)")
        connection.execute("INSERT INTO besar VALUES (randomblob(40000000))")
        connection.commit()
    argv = [sys.executable, "-c", WRITER, str(path)]
    writers = [subprocess.Popen(argv, stdout=subprocess.PIPE) for _ in range(2)]
    try:
        assert [writer.stdout.readline() for writer in writers] == [b"siap\n"] * 2
        job = job_of(path, tmp_path / "gudang")
        manifest = take_backup(job, silent)
        assert [writer.poll() for writer in writers] == [None, None]
    finally:
        for writer in writers:
            writer.kill()
            writer.wait()
            writer.stdout.close()

    with closing(sqlite3.connect(restored(job, manifest, tmp_path))) as connection:
        debit, kredit = (
            connection.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in ("debit", "kredit")
        )
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    counted = {table.name: table.rows for table in manifest.inventory.tables}
    assert debit == kredit == counted["debit"] == counted["kredit"] > 0
    assert verdicts(job, manifest)[1] == ()


def test_damage_that_a_rebuilt_copy_would_hide_fails_the_item(tmp_path):
    path = filled(tmp_path / "data" / "rusak.db")
    with closing(sqlite3.connect(path)) as connection:
        (page,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'menurut_nama'").fetchone()
    content = bytearray(path.read_bytes())
    content[(page - 1) * 8192 + 4000 : page * 8192] = bytes(8192 - 4000)
    path.write_bytes(content)
    job = job_of(path, tmp_path / "gudang")

    with pytest.raises(SourceDamaged, match="damaged"):
        take_backup(job, silent)

    assert files(job) == set()
    assert left_behind() == []


def test_a_locked_database_is_given_up_after_a_while(tmp_path):
    path = filled(tmp_path / "data" / "terkunci.db", "DELETE")
    job = job_of(path, tmp_path / "gudang", policy=policy(lock_timeout=1))

    with closing(sqlite3.connect(path)) as connection:
        connection.execute("BEGIN EXCLUSIVE")
        with pytest.raises(TablesBusy, match="locked"):
            take_backup(job, silent)


def test_a_lock_that_is_let_go_in_time_is_waited_for(tmp_path):
    path = filled(tmp_path / "data" / "sebentar.db", "DELETE")
    connection = sqlite3.connect(path, check_same_thread=False)
    connection.execute("BEGIN EXCLUSIVE")
    timer = threading.Timer(1, connection.rollback)
    timer.start()

    take_backup(job_of(path, tmp_path / "gudang"), silent)

    timer.join()
    connection.close()


def test_what_is_no_database_or_is_not_there_says_so(tmp_path):
    (tmp_path / "lain.db").write_bytes(b"bukan basis data" * 500)

    with pytest.raises(SourceDamaged, match="not a database"):
        take_backup(job_of(tmp_path / "lain.db", tmp_path / "gudang"), silent)
    with pytest.raises(PathUnreadable, match="No such file"):
        take_backup(job_of(tmp_path / "tiada.db", tmp_path / "gudang"), silent)

    assert not (tmp_path / "tiada.db").exists()


def test_without_room_for_the_copy_nothing_is_copied(job, monkeypatch):
    monkeypatch.setattr(copying, "FOLDER", "/proc/self")

    with pytest.raises(EngineError, match="Make room there"):
        take_backup(job, silent)


def test_the_copy_is_private_and_gone_with_a_killed_process(job, path):
    script = (
        "import sys, time; from cadangan.engines.sqlite.copying import copied; "
        "from cadangan.engines.sqlite.target import Target; from cadangan.hosts import local\n"
        "with copied(Target(sys.argv[1]), local, 1, 10) as path: print(path, flush=True); time.sleep(60)"
    )
    process = subprocess.Popen([sys.executable, "-c", script, str(path)], stdout=subprocess.PIPE)
    copy = Path(process.stdout.readline().decode().strip())
    modes = [copy.stat().st_mode & 0o777, copy.parent.stat().st_mode & 0o777]

    process.kill()
    process.wait()
    process.stdout.close()

    assert modes == [0o600, 0o700]
    until(lambda: not copy.parent.exists())


def test_nothing_is_left_behind_on_the_host(job):
    take_backup(job, silent)
    assert left_behind() == []


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda raw: raw[:-8192], "bytes"),
        (lambda raw: b"x" + raw[1:], "does not begin"),
        (lambda raw: raw[:60] + bytes(4) + raw[64:], "user_version is 0"),
    ],
)
def test_a_copy_that_is_not_what_the_manifest_says_fails(job, change, reason):
    manifest = take_backup(job, silent)
    raw = change(raw_of(manifest, job.places[0], "sqlite"))

    with job.engine.reading(manifest, manifest.artefacts[0], ()) as reader:
        for start in range(0, len(raw), 70):
            reader.write(raw[start : start + 70])
        problems = reader.problems()

    assert reason in " ".join(problems)


def test_an_account_that_may_not_read_the_file_says_so(tmp_path):
    with pytest.raises(PathUnreadable):
        take_backup(job_of(tmp_path, tmp_path / "gudang"), silent)


def test_the_manual_restores_a_database(job, path):
    manifest = take_backup(job, silent)
    folder = Path(job.places[0].folder(job.asset))
    (folder / "key.txt").write_text(f"{KEY}\n")
    (script,) = manual(manifest, 7)

    printed = subprocess.check_output(["bash", "-euo", "pipefail", "-c", script], cwd=folder, text=True)

    assert printed == "ok\n"
    assert dump_of(folder / "new.sqlite") == dump_of(path)


def test_the_line_in_the_manifest_restores_a_database(job, path):
    manifest = take_backup(job, silent)
    folder = Path(job.places[0].folder(job.asset))
    (folder / "key.txt").write_text(f"{KEY}\n")
    line = manifest.codec.by_hand.partition(" (")[0].replace("KUNCI", "key.txt")

    assert subprocess.check_output(["bash", "-euc", line], cwd=folder, text=True) == "ok\n"

    assert dump_of(folder / "BARU.sqlite") == dump_of(path)
