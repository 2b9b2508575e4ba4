"""A whole back-up of a MariaDB database comes back as it was: rows, digests, and objects of every kind."""

import re
import subprocess
import threading
import time
from dataclasses import replace
from pathlib import Path

import MySQLdb
import pytest

from cadangan.backup.check import Checker, check_copy
from cadangan.backup.take import take_backup
from cadangan.core.naming import Kind
from cadangan.core.states import Verdict
from cadangan.engines.mysql.target import option_file
from cadangan.errors import SourceFailed, TablesBusy, TargetUnreachable
from tests.backup.builders import disturbed, raw_of, silent
from tests.engines.mysql.builders import NEEDED, came_back, enlarge, facts, fill, inventory_of, mysql_job, named
from tests.engines.mysql.writers import ACCOUNTS, Writers
from tests.services.mariadb import account_on, run, target_on
from tests.stream.builders import KEY, policy


def test_everything_comes_back_and_the_copy_is_good(new_database, tmp_path):
    source, copy = fill(new_database()), new_database()
    job = mysql_job(source, tmp_path)

    manifest = take_backup(job, silent)
    again = came_back(job, manifest, copy)

    assert {table.digest_method for table in manifest.inventory.tables} == {"values"}
    assert facts(again) == facts(manifest.inventory)
    assert {kind for kind, *_ in named(again)} == {
        *("view", "procedure", "function", "trigger", "event", "sequence"),
        *("index", "foreign key", "check constraint"),
    }
    assert named(again) == named(manifest.inventory)
    parts = check_copy(job.places[0], manifest, Checker(job.engine, (), KEY))
    assert [(part.digest, part.decrypt, part.contents, part.reasons) for part in parts] == [
        (Verdict.PASSED, Verdict.PASSED, Verdict.PASSED, ())
    ] * 2


def test_a_sequence_goes_on_behind_what_the_manifest_says(new_database, tmp_path):
    source, copy = fill(new_database()), new_database()
    job = mysql_job(source, tmp_path)
    manifest = take_backup(job, silent)
    came_back(job, manifest, copy)

    (sequence,) = (each for each in manifest.inventory.sequences if each.name == "nomor")
    (after,) = run(copy, "SELECT NEXTVAL(nomor) AS n")
    assert after["n"] >= sequence.last_value


def test_text_outside_the_basic_plane_and_bytes_come_back(new_database, tmp_path):
    source, copy = new_database(), new_database()
    run(
        source,
        "CREATE TABLE t (teks text CHARACTER SET utf8mb4, isi longblob, b binary(4), v varbinary(9))",
        "INSERT INTO t VALUES ('😀 𝒳 \\0\\r\\n\\t\\Z', x'00ff0a0d1a275c22', x'00010203', x'00')",
        "INSERT INTO t SELECT 'é', RANDOM_BYTES(1000), NULL, NULL FROM seq_1_to_200",
    )
    job = mysql_job(source, tmp_path)

    again = came_back(job, take_backup(job, silent), copy)

    assert facts(again) == facts(inventory_of(source))
    assert run(copy, "SELECT HEX(teks) AS h FROM t WHERE b IS NOT NULL") == run(
        source, "SELECT HEX(teks) AS h FROM t WHERE b IS NOT NULL"
    )


def test_counts_and_digests_are_those_of_the_dump_while_others_write(new_database, tmp_path):
    source = new_database()
    run(source, *ACCOUNTS)
    enlarge(source, 4)
    reader = account_on(source, "juru_tulis", "x", *NEEDED)
    with Writers(source) as writers:
        for number in range(4):
            before = writers.written
            job = mysql_job(reader, tmp_path / str(number))
            manifest = take_backup(job, silent)
            copy = new_database()
            again = came_back(job, manifest, copy)
            assert writers.written > before
            assert {table.digest_method for table in manifest.inventory.tables} == {"values"}
            assert facts(again) == facts(manifest.inventory)
            assert run(copy, "SELECT SUM(n) AS s FROM saldo") == [{"s": 10000}]
            assert {table.rows for table in again.tables if table.name == "mutasi"} != {0}


def test_tables_without_transactions_are_held_still_meanwhile(new_database, tmp_path):
    source, copy = new_database(), new_database()
    enlarge(source, 8)
    run(source, "CREATE TABLE zlama (id int) ENGINE=MyISAM", "INSERT INTO zlama SELECT seq FROM seq_1_to_100")
    wrote = []

    def write_meanwhile():
        writer = threading.Thread(target=lambda: (run(source, "INSERT INTO zlama VALUES (0)"), wrote.append(1)))
        writer.start()
        time.sleep(0.5)
        assert wrote == []

    job, act = disturbed(mysql_job(source, tmp_path, policy=policy(progress_every=0.02)), write_meanwhile)
    manifest = take_backup(job, act)

    assert act.done
    assert facts(came_back(job, manifest, copy)) == facts(manifest.inventory)
    assert facts(manifest.inventory)["zlama"][0] == 100


def test_without_reload_the_manifest_says_that_counts_cannot_be_compared(new_database, tmp_path):
    source = fill(new_database())
    reader = account_on(source, "tanpa_reload", "x", *NEEDED[:2])
    job = mysql_job(reader, tmp_path)

    manifest = take_backup(job, silent)

    by_name = {table.name: table for table in manifest.inventory.tables}
    assert by_name["pegawai"].digest is None
    assert by_name["pegawai"].digest_method.startswith("not comparable: the account lacks RELOAD")
    assert by_name["lama"].digest_method == "values"
    assert [part.contents for part in check_copy(job.places[0], manifest, Checker(job.engine, (), KEY))] == [
        Verdict.PASSED
    ] * 2


def test_a_server_that_cannot_be_held_still_is_dumped_without_comparable_counts(new_database, tmp_path, monkeypatch):
    source = fill(new_database())
    monkeypatch.setattr("cadangan.engines.mysql.window.LONGEST_SECONDS", 1)
    done = threading.Event()

    def write_long():
        run(source, "INSERT INTO bagian SELECT SLEEP(6)", "SELECT 1")
        done.set()

    writer = threading.Thread(target=write_long)
    writer.start()
    time.sleep(0.3)
    manifest = take_backup(mysql_job(source, tmp_path), silent)
    writer.join()

    methods = {table.name: table.digest_method for table in manifest.inventory.tables}
    assert re.match("not comparable: writes could not be held back .*Lock wait timeout", methods["pegawai"])


@pytest.fixture
def alterable_job(new_database, tmp_path):
    """A job that dumps a big table, and after it a small one."""
    source = new_database()
    enlarge(source, 30)
    run(source, "CREATE TABLE zubah (id int PRIMARY KEY)", "INSERT INTO zubah VALUES (1)")
    return mysql_job(source, tmp_path, policy=policy(progress_every=0.02))


def test_a_table_that_is_altered_before_its_turn(alterable_job):
    def alter():
        run(alterable_job.site.target, "ALTER TABLE zubah ADD COLUMN baru int DEFAULT 1, FORCE")

    with pytest.raises((SourceFailed, TablesBusy), match=r"(?s)Table definition has changed, please retry transaction"):
        take_backup(*disturbed(alterable_job, alter))
    assert alterable_job.places[0].files(alterable_job.asset) == set()


def test_a_table_that_is_being_dumped_cannot_be_altered(alterable_job):
    refused = []

    def alter():
        try:
            run(alterable_job.site.target, "SET lock_wait_timeout = 1", "ALTER TABLE besar ADD COLUMN b int")
        except MySQLdb.OperationalError as err:
            refused.append(err.args[1])

    manifest = take_backup(*disturbed(alterable_job, alter))

    assert refused == ["Lock wait timeout exceeded; try restarting transaction"]
    assert facts(manifest.inventory)["besar"][0] == 30 * 1024


def test_tables_that_change_as_the_dump_begins(new_database, tmp_path, monkeypatch):
    source = fill(new_database())
    monkeypatch.setattr(
        "cadangan.engines.mysql.snapshot.read_names", lambda connection, database: frozenset({"pegawai", "lain"})
    )
    with pytest.raises(TablesBusy, match="made, dropped or renamed while its dump began"):
        take_backup(mysql_job(source, tmp_path, policy=policy(progress_every=0.02)), silent)


def test_the_line_in_the_manifest_restores_the_database(new_database, mariadb, tmp_path):
    source = fill(new_database("asli saja"))
    job = mysql_job(source, tmp_path)
    manifest = take_backup(job, silent)
    folder = Path(job.places[0].folder(job.asset))
    (folder / "key.txt").write_text(f"{KEY}\n")
    line = manifest.codec.by_hand.partition(" (program")[0].replace("KUNCI", "key.txt").replace("BARU", "pulih")
    shell = tmp_path / "my.cnf"
    shell.write_bytes(option_file(source, "MariaDB"))

    argv = ["bash", "-euo", "pipefail", "-c", line.replace("mariadb ", f"mariadb --defaults-file={shell} ")]
    done = subprocess.run(argv, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr

    copy = target_on(mariadb, "pulih")
    try:
        assert facts(inventory_of(copy)) == facts(manifest.inventory)
        assert raw_of(manifest, job.places[0], Kind.ACCOUNTS).startswith(b"-- Accounts")
    finally:
        run(copy, "DROP DATABASE pulih")


def test_a_server_that_is_not_there(new_database, tmp_path):

    target = replace(new_database(), port=1)
    with pytest.raises(TargetUnreachable, match=r"Cannot connect to root@127\.0\.0\.1:1/"):
        take_backup(mysql_job(target, tmp_path), silent)
