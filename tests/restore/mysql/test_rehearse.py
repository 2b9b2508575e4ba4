"""A good MariaDB back-up passes its rehearsal, each fault that can be planted fails it, and nothing stays behind."""

import os
import re
import signal
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyrage
import pytest

from cadangan.core.difference import Aspect
from cadangan.core.side_names import Purpose, new_side_name
from cadangan.core.states import Verdict
from cadangan.engines import mysql
from cadangan.engines.contract import Site
from cadangan.errors import DigestMismatch, ManifestMismatch, RestoreFailed, RestoreRefused, UnsealFailed
from cadangan.hosts import local
from cadangan.restore import trial
from cadangan.restore.load import load
from cadangan.restore.rehearse import Rehearsal, rehearse
from cadangan.restore.scratch import embedded_site
from tests.engines.mysql.builders import EVERY_KIND
from tests.restore.builders import STALE, Stored, found, restore_job
from tests.restore.mysql.builders import ANYWHERE, SAMPLE, accounts, databases, rehearsed, stored
from tests.services.mariadb import account_on, databases_on, run, running, target_on


@pytest.fixture(scope="module")
def source(mariadb):
    with databases_on(mariadb) as new:
        target = new()
        run(target, *SAMPLE)
        yield target


@pytest.fixture
def good(source, tmp_path) -> Stored:
    return stored(source, tmp_path / "gudang")


@pytest.fixture(scope="module")
def scratch(source, tmp_path_factory):
    """A server of its own, as rehearsals start one."""
    manifest = stored(source, tmp_path_factory.mktemp("gudang")).manifest
    with mysql.embedded(manifest, (), tmp_path_factory.mktemp("u")) as target:
        yield target


@pytest.fixture(scope="module")
def shared():
    """Another server, which is not thrown away."""
    with running(event_scheduler="OFF") as server:
        yield target_on(server, "mysql")


def test_a_good_back_up_passes_and_leaves_nothing(good, scratch) -> None:
    rehearsal = rehearsed(good, scratch)

    assert (rehearsal.verdict, rehearsal.differences, rehearsal.not_compared) == (Verdict.PASSED, (), ()), rehearsal
    assert rehearsal.restore_seconds > 0
    assert rehearsal.compare_seconds > 0
    assert databases(scratch) == set()


def test_the_server_that_is_started_for_it_is_gone_with_its_folder(good) -> None:
    with tempfile.TemporaryDirectory(prefix="cadangan-") as staging:
        with embedded_site(good.manifest, (), staging, STALE) as site:
            (folder,) = Path(staging).iterdir()
            rehearsal = rehearse(restore_job(good, None, site=site), STALE)
        assert rehearsal.verdict is Verdict.PASSED, rehearsal
        assert not folder.exists()


def test_a_database_with_an_object_of_every_kind_passes(new_database, scratch, tmp_path) -> None:
    """Whatever MariaDB writes otherwise after a restore is not taken for a difference."""
    other = new_database()
    run(
        other,
        *EVERY_KIND,
        "CREATE TABLE pilihan (a varchar(9) DEFAULT 'x(y', b int DEFAULT (1 + 2), c int AS (b * 2), CHECK (b < 9))",
        "CREATE VIEW terpilih AS SELECT a, 'teks (b)' AS t FROM pilihan WHERE a IN ('x', 'y') AND NOT b < 2",
        "CREATE VIEW z_di_atas AS SELECT a FROM terpilih WITH CASCADED CHECK OPTION",
        "CREATE TRIGGER b_kedua BEFORE INSERT ON lama FOR EACH ROW SET @x = 1",
        "CREATE TRIGGER a_pertama BEFORE INSERT ON lama FOR EACH ROW PRECEDES b_kedua SET @x = 2",
        "CREATE EVENT lewat ON SCHEDULE AT NOW() + INTERVAL 10 SECOND DO SELECT 1",
        "CREATE DEFINER=`mantan`@`10.%` VIEW yatim AS SELECT a FROM pilihan",
        "CREATE DEFINER=`mantan`@`10.%` PROCEDURE yatim() SELECT 1",
        "CREATE DEFINER=`mantan`@`10.%` EVENT yatim ON SCHEDULE EVERY 1 DAY DO SELECT 1",
    )
    over_at = time.monotonic() + 10.1
    backup = stored(other, tmp_path / "gudang")
    assert time.monotonic() < over_at - 1, "the event was to be there at the dump"
    time.sleep(over_at - time.monotonic())

    rehearsal = rehearsed(backup, scratch)

    assert (rehearsal.verdict, rehearsal.differences, rehearsal.not_compared) == (Verdict.PASSED, (), ()), rehearsal
    assert [(each.kind, each.place.rpartition(".")[2]) for each in rehearsal.harmless] == [("event", "lewat")]


@pytest.fixture
def altered(new_database, source, scratch, tmp_path) -> Callable[[str], Rehearsal]:
    """Rehearse a dump of the sample after a statement, recorded as if it held the sample as it is."""
    recorded, other = stored(source, tmp_path / "asli").manifest, new_database()

    def rehearse_after(statement: str) -> Rehearsal:
        run(other, *SAMPLE, statement)
        backup = stored(other, tmp_path / "gudang")
        # A default that is a number of a sequence names the database.
        backup = backup.with_dump(backup.raw().replace(other.database.encode(), source.database.encode()), tmp_path)
        return rehearsed(backup.with_manifest(inventory=recorded.inventory, source=recorded.source), scratch)

    return rehearse_after


@pytest.mark.parametrize(
    ("statement", "difference"),
    [
        ("DELETE FROM `surat masuk` WHERE id = 7", ("rows", "changed", "surat masuk")),
        ("UPDATE `surat masuk` SET isi = 'x' WHERE id = 7", ("content", "changed", "surat masuk")),
        ("UPDATE `surat masuk` SET isi = NULL WHERE id = 7", ("content", "changed", "surat masuk")),
        ("UPDATE pegawai SET nama = 'Pegawai 1 ?' WHERE nip LIKE '%1'", ("content", "changed", "pegawai")),
        ("TRUNCATE `surat masuk`", ("rows", "changed", "surat masuk")),
        ("DROP TABLE `surat masuk`", ("table", "missing", "surat masuk")),
        ("CREATE TABLE lain (id int)", ("table", "extra", "lain")),
        ("DROP TRIGGER catat", ("object", "missing", "catat")),
        (
            "CREATE OR REPLACE TRIGGER catat BEFORE UPDATE ON pegawai FOR EACH ROW SET @x = 1",
            ("definition", "changed", "catat"),
        ),
        ("DROP FUNCTION jumlah", ("object", "missing", "jumlah")),
        ("DROP PROCEDURE bersihkan", ("object", "missing", "bersihkan")),
        ("CREATE OR REPLACE PROCEDURE bersihkan() SELECT 1", ("definition", "changed", "bersihkan")),
        (
            "CREATE OR REPLACE DEFINER=lain@localhost PROCEDURE bersihkan() DELETE FROM kosong",
            ("owner", "changed", "bersihkan"),
        ),
        ("DROP EVENT malam", ("object", "missing", "malam")),
        ("ALTER EVENT malam DISABLE", ("definition", "changed", "malam")),
        ("DROP VIEW daftar", ("object", "missing", "daftar")),
        ("ALTER TABLE pegawai DROP KEY menurut_nama", ("object", "missing", "menurut_nama")),
        (
            "ALTER TABLE pegawai DROP KEY menurut_nama, ADD UNIQUE menurut_nama (nama)",
            ("definition", "changed", "menurut_nama"),
        ),
        ("ALTER TABLE `surat masuk` DROP FOREIGN KEY milik", ("object", "missing", "milik")),
        ("ALTER TABLE pegawai MODIFY nama varchar(100)", ("definition", "changed", "pegawai")),
        ("ALTER TABLE kosong MODIFY id bigint", ("definition", "changed", "kosong")),
        ("ALTER TABLE kosong ADD CONSTRAINT kecil CHECK (id < 5)", ("object", "extra", "kecil")),
        ("ALTER SEQUENCE nomor RESTART 1", ("sequence", "changed", "nomor")),
    ],
)
def test_a_dump_that_is_not_what_the_manifest_recorded_fails(altered, source, scratch, statement, difference) -> None:
    rehearsal = altered(statement)

    aspect, change, place = difference
    assert rehearsal.verdict is Verdict.FAILED, rehearsal
    assert (aspect, change, f"{source.database}.{place}") in found(rehearsal)
    assert all(each.sentence.endswith(".") for each in rehearsal.differences)
    assert databases(scratch) == set()


def test_a_counter_that_is_behind_fails(good, source, scratch, tmp_path) -> None:
    behind = re.sub(rb" AUTO_INCREMENT=\d+", b"", good.raw())
    assert behind != good.raw()

    rehearsal = rehearsed(good.with_dump(behind, tmp_path), scratch)

    assert rehearsal.verdict is Verdict.FAILED
    assert found(rehearsal) == {("sequence", "changed", f"{source.database}.surat masuk.id")}


def test_a_dump_of_another_database_fails(new_database, good, source, scratch, tmp_path) -> None:
    other = new_database()
    run(other, "CREATE TABLE pajak (id int)", "INSERT INTO pajak VALUES (1)")

    rehearsal = rehearsed(good.with_dump(stored(other, tmp_path / "lain").raw(), tmp_path), scratch)

    assert rehearsal.verdict is Verdict.FAILED
    name = source.database
    assert {("table", "missing", f"{name}.pegawai"), ("table", "extra", f"{name}.pajak")} <= found(rehearsal)


def test_a_dump_of_nothing_where_the_manifest_has_rows_fails(new_database, good, scratch, tmp_path) -> None:
    rehearsal = rehearsed(good.with_dump(stored(new_database(), tmp_path / "lain").raw(), tmp_path), scratch)

    assert (rehearsal.verdict, type(rehearsal.reason)) == (Verdict.FAILED, RestoreFailed)
    assert "empty" in str(rehearsal.reason)


def test_a_truly_empty_database_passes(new_database, scratch, tmp_path) -> None:
    assert rehearsed(stored(new_database(), tmp_path / "gudang"), scratch).verdict is Verdict.PASSED


@pytest.mark.parametrize("kept", [0.3, 0.9, 0.999])
def test_a_truncated_dump_fails_though_it_was_recorded_so(good, scratch, tmp_path, kept) -> None:
    raw = good.raw()

    rehearsal = rehearsed(good.with_dump(raw[: int(len(raw) * kept)], tmp_path), scratch)

    assert (rehearsal.verdict, type(rehearsal.reason)) == (Verdict.FAILED, RestoreFailed)
    assert databases(scratch) == set()


def test_a_dump_that_breaks_off_between_two_statements_fails(good, scratch, tmp_path) -> None:
    """The client ends well there."""
    raw = good.raw()
    cut = raw[: raw.index(b"\n--", int(len(raw) * 0.9)) + 1]

    rehearsal = rehearsed(good.with_dump(cut, tmp_path), scratch)

    assert (rehearsal.verdict, type(rehearsal.reason)) == (Verdict.FAILED, RestoreFailed)
    assert "not whole" in str(rehearsal.reason)


@pytest.mark.parametrize("where", [0.01, 0.5, 0.999])
def test_a_flipped_byte_fails(good, scratch, where) -> None:
    content = bytearray(good.file().read_bytes())
    content[int(len(content) * where)] ^= 1
    good.file().write_bytes(content)

    rehearsal = rehearsed(good, scratch)

    assert (rehearsal.verdict, type(rehearsal.reason)) == (Verdict.FAILED, DigestMismatch)
    assert databases(scratch) == set()


def test_a_wrong_key_fails_and_no_key_is_not_run(good, scratch) -> None:
    wrong = rehearsed(good, scratch, identity=str(pyrage.x25519.Identity.generate()))
    none = rehearsed(good, scratch, identity=None)

    assert (wrong.verdict, type(wrong.reason)) == (Verdict.FAILED, UnsealFailed)
    assert none.verdict is Verdict.NOT_RUN


def test_a_manifest_that_was_changed_beside_the_copy_fails(good, scratch) -> None:
    good.with_manifest(request_no="BR-2026-00002")

    rehearsal = rehearsed(good, scratch)

    assert (rehearsal.verdict, type(rehearsal.reason)) == (Verdict.FAILED, ManifestMismatch)


def test_an_index_that_does_not_build_fails(good, scratch, tmp_path) -> None:
    unique = good.raw().replace(
        b"  PRIMARY KEY (`id`),\n  KEY `milik`", b"  PRIMARY KEY (`id`),\n  UNIQUE (`n`),\n  KEY `milik`"
    )
    assert unique != good.raw()
    doubled = unique.replace(b",7),\n", b",8),\n", 1)
    assert doubled != unique

    rehearsal = rehearsed(good.with_dump(doubled, tmp_path), scratch)

    assert (rehearsal.verdict, type(rehearsal.reason)) == (Verdict.FAILED, RestoreFailed)
    assert "ERROR" in str(rehearsal.reason)
    assert "INSERT" not in str(rehearsal.reason)


def test_another_encoding_is_found(good, new_database) -> None:
    latin = new_database()
    run(latin, f"ALTER DATABASE {latin.database} CHARACTER SET latin1")

    assert mysql.take_stock(latin, good.manifest, "values").encoding == "latin1"
    assert any("latin1" in sentence for sentence in mysql.examine_target(good.manifest, latin, ()).warnings)


def test_a_dump_in_another_encoding_fails(good, scratch, tmp_path) -> None:
    """What the client reads as another encoding is other text."""
    raw = good.raw().replace(b"/*!40101 SET NAMES utf8mb4 */", b"/*!40101 SET NAMES latin1 */")
    assert raw != good.raw()

    rehearsal = rehearsed(good.with_dump(raw, tmp_path), scratch)

    assert rehearsal.verdict is Verdict.FAILED


def test_comments_in_routines_come_back(good, scratch, source) -> None:
    target = replace(scratch, database=source.database)
    job = restore_job(good, None, site=Site(target, local))
    mysql.create(target, good.manifest)
    try:
        load(job, target)
        (body,) = run(
            target, "SELECT ROUTINE_DEFINITION AS b FROM information_schema.ROUTINES WHERE ROUTINE_NAME = 'jumlah'"
        )
        assert "-- semua" in str(body["b"])
    finally:
        mysql.drop(target)


def test_events_do_not_run_while_it_is_only_a_rehearsal(good, scratch, shared) -> None:
    assert run(scratch, "SELECT @@event_scheduler AS s", choose=False) == [{"s": "OFF"}]
    side = mysql.side(shared, new_side_name(Purpose.REHEARSAL, "simpeg", datetime.now(UTC)))

    run(shared, "SET GLOBAL event_scheduler = ON")
    try:
        (blocker,) = mysql.examine_target(good.manifest, side, ()).blockers
    finally:
        run(shared, "SET GLOBAL event_scheduler = OFF")
    assert "penjadwal" in blocker
    assert mysql.examine_target(good.manifest, side, ()).blockers == ()


@pytest.fixture
def elsewhere(new_database, tmp_path) -> Stored:
    """A back-up with an account that another server lacks."""
    other = new_database()
    run(other, *ANYWHERE)
    account_on(other, "siti; x", "rahasia", "SELECT ON {d}.pegawai", "EXECUTE ON FUNCTION {d}.jumlah")
    run(other, "CREATE DEFINER=`siti; x`@`%` VIEW milik_siti AS SELECT nip FROM pegawai")
    run(other, "CREATE VIEW di_atas AS SELECT nip FROM milik_siti")
    backup = stored(other, tmp_path / "gudang")
    yield backup
    run(other, "DROP USER `siti; x`@`%`")


def test_on_a_shared_server_it_has_a_name_and_accounts_of_its_own_that_are_removed_again(elsewhere, shared) -> None:
    before = databases(shared), accounts(shared)

    rehearsal = rehearse(restore_job(elsewhere, None, site=Site(shared, local)), STALE)

    assert (rehearsal.verdict, rehearsal.differences) == (Verdict.PASSED, ()), rehearsal
    assert "cadangan_uji_" in rehearsal.where
    assert (databases(shared), accounts(shared)) == before


def test_a_view_that_does_not_open_is_a_fault(good, new_database) -> None:
    other = new_database()
    run(other, "CREATE TABLE t (id int)", "CREATE VIEW v AS SELECT id FROM t", "DROP TABLE t")

    (fault,) = (stock := mysql.take_stock(other, good.manifest, "values")).faults

    assert fault.place == f"{good.manifest.source.database}.v"
    assert not mysql.harmless(fault, good.manifest, stock)


def test_a_dump_that_holds_its_own_name_is_not_taken_for_a_bad_one_under_another(good, shared) -> None:
    rehearsal = rehearse(restore_job(good, None, site=Site(shared, local)), STALE)

    assert (rehearsal.verdict, type(rehearsal.reason)) == (Verdict.NOT_RUN, RestoreRefused)
    assert "own name" in str(rehearsal.reason)
    assert databases(shared) == set()


def test_what_a_killed_rehearsal_left_is_swept_once_it_is_old_and_nothing_else_is(elsewhere, shared) -> None:
    old, young = (
        mysql.side(shared, new_side_name(Purpose.REHEARSAL, "simpeg", datetime.now(UTC) - timedelta(hours=hours)))
        for hours in (49, 1)
    )
    kept = mysql.side(shared, new_side_name(Purpose.KEPT, "simpeg", datetime.now(UTC) - timedelta(days=90)))
    unmarked = replace(shared, database="cadangan_uji")
    for target in (old, young, kept, unmarked):
        mysql.create(target, elsewhere.manifest)

    rehearse(restore_job(elsewhere, None, site=Site(shared, local)), STALE)

    left = databases(shared)
    for target in (young, kept, unmarked):
        run(target, f"DROP DATABASE `{target.database}`")
    assert left == {young.database, kept.database, unmarked.database}


def test_a_killed_rehearsal_leaves_a_marked_database_that_the_next_one_sweeps(elsewhere, shared) -> None:
    job = restore_job(elsewhere, None, site=Site(shared, local))
    read, write = os.pipe()
    pid = os.fork()
    if pid == 0:

        def stuck(*_arguments: object) -> None:
            os.write(write, b"!")
            time.sleep(600)

        trial.judge = stuck
        rehearse(job, timedelta(hours=48))
        os._exit(1)
    os.close(write)
    assert os.read(read, 1) == b"!"
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    (left,) = databases(shared)
    assert left.startswith("cadangan_uji_")
    assert "siti; x" in accounts(shared)

    assert rehearse(job, timedelta(0)).verdict is Verdict.PASSED
    assert databases(shared) == set()
    assert "siti; x" not in accounts(shared)


def test_counts_that_were_not_of_the_dumps_view_are_no_difference(good, source, scratch) -> None:
    tables = tuple(
        each.model_copy(update={"rows": each.rows + 1, "digest": None, "digest_method": "not comparable: sebab"})
        if each.name == "pegawai"
        else each
        for each in good.manifest.inventory.tables
    )
    inventory = good.manifest.inventory.model_copy(update={"tables": tables})

    rehearsal = rehearsed(good.with_manifest(inventory=inventory), scratch)

    assert rehearsal.verdict is Verdict.PASSED, rehearsal
    assert [(each.aspect, each.place) for each in rehearsal.harmless] == [(Aspect.ROWS, f"{source.database}.pegawai")]
