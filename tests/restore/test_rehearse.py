"""A good back-up passes its rehearsal, each fault that can be planted fails it, and nothing stays behind."""

import os
import signal
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pyrage
import pytest

from cadangan.core.difference import Aspect
from cadangan.core.side_names import Purpose, new_side_name
from cadangan.core.states import Verdict
from cadangan.engines.postgres import Target
from cadangan.errors import DigestMismatch, ManifestMismatch, RestoreFailed, UnsealFailed
from cadangan.restore import trial
from cadangan.restore.rehearse import Rehearsal, rehearse
from tests.backup.builders import connected
from tests.restore.builders import SAMPLE, Stored, found, rehearsed, restore_job, run, stored, value
from tests.services.postgres import databases_on, target_on
from tests.services.samples import fill


@pytest.fixture(scope="module")
def servers(postgres_18):
    with databases_on(postgres_18) as new:
        source = new()
        run(source, SAMPLE)
        yield postgres_18, source, new


@pytest.fixture
def good(servers, tmp_path) -> Stored:
    return stored(servers[1], tmp_path / "gudang")


def sides_on(server) -> list[str]:
    with connected(target_on(server, "postgres")) as connection:
        made = connection.execute("SELECT datname FROM pg_database WHERE datname LIKE 'cadangan%'").fetchall()
    return [name for (name,) in made]


def test_a_good_back_up_passes_and_leaves_nothing(database: Target, postgres, tmp_path) -> None:
    run(database, SAMPLE)

    rehearsal = rehearsed(stored(database, tmp_path / "gudang"), postgres)

    assert (rehearsal.verdict, rehearsal.differences, rehearsal.not_compared) == (Verdict.PASSED, (), ()), rehearsal
    assert rehearsal.restore_seconds > 0
    assert rehearsal.compare_seconds > 0
    assert sides_on(postgres) == []


def altered(servers, tmp_path, *statements: str) -> Rehearsal:
    """Rehearse a dump of the sample after `statements`, recorded as if it held the sample as it is."""
    server, source, new = servers
    as_recorded = stored(source, tmp_path / "asli").manifest.inventory
    other = new()
    run(other, SAMPLE, *statements)
    return rehearsed(stored(other, tmp_path / "gudang").with_manifest(inventory=as_recorded), server)


SURAT = 'arsip."Surat Masuk"'
LATEST = "arsip.Surat Masuk_id_seq"


@pytest.mark.parametrize(
    ("statement", "difference"),
    [
        (f"DELETE FROM {SURAT} WHERE id = 7", ("rows", "changed", "arsip.Surat Masuk")),
        (f"UPDATE {SURAT} SET isi = 'x' WHERE id = 7", ("content", "changed", "arsip.Surat Masuk")),
        (f"UPDATE {SURAT} SET isi = NULL WHERE id = 7", ("content", "changed", "arsip.Surat Masuk")),
        (f"TRUNCATE {SURAT}", ("rows", "changed", "arsip.Surat Masuk")),
        (f"DROP TABLE {SURAT}", ("table", "missing", "arsip.Surat Masuk")),
        ("CREATE TABLE lain (id int)", ("table", "extra", "public.lain")),
        ("DROP TRIGGER catat_pegawai ON pegawai", ("object", "missing", "public.catat_pegawai")),
        ("ALTER TABLE pegawai DISABLE TRIGGER catat_pegawai", ("definition", "changed", "public.catat_pegawai")),
        ("DROP FUNCTION jumlah()", ("object", "missing", "public.jumlah()")),
        (
            "CREATE OR REPLACE FUNCTION jumlah() RETURNS bigint LANGUAGE sql AS 'SELECT 1'",
            ("definition", "changed", "public.jumlah()"),
        ),
        ("DROP VIEW daftar", ("object", "missing", "public.daftar")),
        ("DROP INDEX pegawai_nama", ("object", "missing", "public.pegawai_nama")),
        (
            f'ALTER TABLE {SURAT} DROP CONSTRAINT "Surat Masuk_nip_fkey"',
            ("object", "missing", "arsip.Surat Masuk_nip_fkey"),
        ),
        ("ALTER TABLE pegawai ALTER nama DROP NOT NULL", ("definition", "changed", "public.pegawai")),
        ("ALTER TABLE kosong ALTER id TYPE bigint", ("definition", "changed", "public.kosong")),
        ("GRANT SELECT ON pegawai TO PUBLIC", ("object", "extra", "public.pegawai")),
        ("SELECT setval('arsip.\"Surat Masuk_id_seq\"', 12)", ("sequence", "changed", LATEST)),
        ("SELECT lo_unlink(oid) FROM pg_largeobject_metadata", ("large objects", "changed", "objek besar")),
        ("SELECT lo_put(oid, 0, 'X') FROM pg_largeobject_metadata", ("large objects", "changed", "objek besar")),
    ],
)
def test_a_dump_that_is_not_what_the_manifest_recorded_fails(servers, tmp_path, statement, difference) -> None:
    rehearsal = altered(servers, tmp_path, statement)

    assert rehearsal.verdict is Verdict.FAILED
    assert difference in found(rehearsal)
    assert all(each.sentence.endswith(".") for each in rehearsal.differences)
    assert sides_on(servers[0]) == []


def test_a_dump_of_another_database_fails(servers, good, tmp_path) -> None:
    server, _, new = servers
    other = new()
    run(other, "CREATE TABLE pajak (id int)", "INSERT INTO pajak VALUES (1)")

    rehearsal = rehearsed(good.with_dump(stored(other, tmp_path / "lain").raw(), tmp_path), server)

    assert rehearsal.verdict is Verdict.FAILED
    assert {("table", "missing", "public.pegawai"), ("table", "extra", "public.pajak")} <= found(rehearsal)


def test_a_dump_of_nothing_where_the_manifest_has_rows_fails(servers, good, tmp_path) -> None:
    server, _, new = servers

    rehearsal = rehearsed(good.with_dump(stored(new(), tmp_path / "lain").raw(), tmp_path), server)

    assert rehearsal.verdict is Verdict.FAILED
    assert isinstance(rehearsal.reason, RestoreFailed)
    assert "empty" in str(rehearsal.reason)


def test_a_truly_empty_database_passes(servers, tmp_path) -> None:
    server, _, new = servers

    assert rehearsed(stored(new(), tmp_path / "gudang"), server).verdict is Verdict.PASSED


@pytest.mark.parametrize("kept", [0.3, 0.9, 0.999])
def test_a_truncated_archive_fails_whether_or_not_it_was_recorded_so(servers, good, tmp_path, kept) -> None:
    raw = good.raw()

    rehearsal = rehearsed(good.with_dump(raw[: int(len(raw) * kept)], tmp_path), servers[0])

    assert rehearsal.verdict is Verdict.FAILED
    assert isinstance(rehearsal.reason, RestoreFailed)
    assert sides_on(servers[0]) == []


def test_a_stored_file_that_was_cut_fails(servers, good) -> None:
    content = good.file().read_bytes()
    good.file().write_bytes(content[:-100])

    rehearsal = rehearsed(good, servers[0])

    assert (rehearsal.verdict, type(rehearsal.reason)) == (Verdict.FAILED, DigestMismatch)


@pytest.mark.parametrize("where", [0.01, 0.5, 0.999])
def test_a_flipped_byte_fails(servers, good, where) -> None:
    content = bytearray(good.file().read_bytes())
    content[int(len(content) * where)] ^= 1
    good.file().write_bytes(content)

    rehearsal = rehearsed(good, servers[0])

    assert (rehearsal.verdict, type(rehearsal.reason)) == (Verdict.FAILED, DigestMismatch)
    assert sides_on(servers[0]) == []


def test_a_wrong_key_fails_and_no_key_is_not_run(servers, good) -> None:
    wrong = rehearsed(good, servers[0], identity=str(pyrage.x25519.Identity.generate()))
    none = rehearsed(good, servers[0], identity=None)

    assert (wrong.verdict, type(wrong.reason)) == (Verdict.FAILED, UnsealFailed)
    assert none.verdict is Verdict.NOT_RUN


def test_a_manifest_that_was_changed_beside_the_copy_fails(servers, good) -> None:
    good.with_manifest(request_no="BR-2026-00002")

    rehearsal = rehearsed(good, servers[0])

    assert (rehearsal.verdict, type(rehearsal.reason)) == (Verdict.FAILED, ManifestMismatch)


def test_an_index_that_does_not_build_fails(servers, tmp_path) -> None:
    """Its function says something else by now, so that rows are duplicates which were none."""
    server, _, new = servers
    source = new()
    run(source, "CREATE TABLE s (a int PRIMARY KEY)")
    run(source, "CREATE FUNCTION f(a int) RETURNS int IMMUTABLE LANGUAGE sql AS 'SELECT a'")
    run(source, "INSERT INTO s VALUES (1), (2)", "CREATE UNIQUE INDEX s_f ON s (f(a))")
    run(source, "CREATE OR REPLACE FUNCTION f(a int) RETURNS int IMMUTABLE LANGUAGE sql AS 'SELECT 1'")

    rehearsal = rehearsed(stored(source, tmp_path / "gudang"), server)

    assert rehearsal.verdict is Verdict.FAILED
    assert isinstance(rehearsal.reason, RestoreFailed)
    assert "could not create unique index" in str(rehearsal.reason)


def test_an_invalid_index_in_the_restored_place_is_a_fault(servers, good) -> None:
    engine, new = good.job.engine, servers[2]
    other = new()
    run(other, SAMPLE, "INSERT INTO kosong VALUES (1), (1)")
    with pytest.raises(Exception, match="could not create unique index"):
        run(other, "CREATE UNIQUE INDEX CONCURRENTLY gagal ON kosong (id)")

    stock = engine.take_stock(other, good.manifest, "values")

    assert [(each.aspect, each.place) for each in stock.faults] == [(Aspect.INDEX, "public.gagal")]
    assert not engine.harmless(stock.faults[0], good.manifest, stock)


def test_another_encoding_is_found(servers, good) -> None:
    engine, new = good.job.engine, servers[2]
    latin = new(options="ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C'")

    fitness = engine.examine_target(good.manifest, latin, ())

    assert any("LATIN1" in sentence for sentence in fitness.blockers)
    assert engine.take_stock(latin, good.manifest, "values").encoding == "LATIN1"


def test_a_sequence_that_was_behind_at_the_source_already_is_told_and_is_no_loss(servers, tmp_path) -> None:
    server, _, new = servers
    source = new()
    run(source, "CREATE TABLE t (id serial)", "INSERT INTO t (id) VALUES (1), (50)")

    rehearsal = rehearsed(stored(source, tmp_path / "gudang"), server)

    assert rehearsal.verdict is Verdict.PASSED
    assert [each.place for each in rehearsal.harmless] == ["public.t_id_seq"]


def test_what_a_killed_rehearsal_left_is_swept_once_it_is_old_and_nothing_else_is(servers, good) -> None:
    server, _, new = servers
    old, young = (
        new(str(new_side_name(Purpose.REHEARSAL, "simpeg", datetime.now(UTC) - timedelta(hours=hours))))
        for hours in (49, 1)
    )
    kept = new(str(new_side_name(Purpose.KEPT, "simpeg", datetime.now(UTC) - timedelta(days=90))))
    unmarked = new("cadangan_uji")

    rehearsed(good, server)

    assert set(sides_on(server)) == {young.database, kept.database, unmarked.database}
    assert old.database not in sides_on(server)


def test_owners_and_grants_come_over_with_accounts_that_are_removed_again(servers, tmp_path, postgres_debian) -> None:
    with databases_on(postgres_debian) as new:
        source = new()
        run(
            source,
            "CREATE ROLE siti LOGIN PASSWORD 'rahasia; -- ''x'",
            'CREATE ROLE "Budi; x"',
            'GRANT "Budi; x" TO siti',
            "CREATE TABLE t (a int)",
            "ALTER TABLE t OWNER TO siti",
            'GRANT SELECT, INSERT ON t TO "Budi; x"',
        )
        backup = stored(source, tmp_path / "gudang")
        job = restore_job(backup, postgres_debian)
        with job.engine.embedded(backup.manifest, (), tmp_path / "uji") as embedded:
            rehearsal = rehearsed(backup, None, site=replace(job.site, target=embedded))
            left = value(embedded, "SELECT count(*) FROM pg_roles WHERE rolname IN ('siti', 'Budi; x')")
        run(target_on(postgres_debian, "postgres"), f"DROP DATABASE {source.database}")
        run(target_on(postgres_debian, "postgres"), "DROP ROLE siti", 'DROP ROLE "Budi; x"')

    assert rehearsal.verdict is Verdict.PASSED, rehearsal
    assert left == 0


def test_a_killed_rehearsal_leaves_a_marked_database_that_the_next_one_sweeps(servers, good) -> None:
    server = servers[0]
    job, before = restore_job(good, server), set(sides_on(server))
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
    (left,) = set(sides_on(server)) - before

    assert rehearse(job, timedelta(0)).verdict is Verdict.PASSED
    assert left not in sides_on(server)


def test_a_database_with_an_object_of_every_kind_and_grants_passes_on_another_server(
    postgres, new_database, tmp_path
) -> None:
    """Whatever PostgreSQL writes otherwise after a restore is not taken for a difference."""
    source = new_database()
    fill(source)
    run(
        source,
        "CREATE TABLE pilihan (a varchar(9) DEFAULT 'x'::text, b int, CHECK (a IN ('x', 'y')))",
        "ALTER TABLE pilihan ADD CHECK (b BETWEEN 1 AND 9)",
        "CREATE VIEW terpilih AS SELECT * FROM pilihan WHERE a IN ('x', 'y') AND b NOT IN (1, 2)",
        "CREATE INDEX sebagian ON pilihan (lower(a)) WHERE a IN ('x', 'y')",
        "GRANT SELECT, UPDATE (b) ON pilihan TO PUBLIC",
        "GRANT SELECT ON terpilih TO PUBLIC",
        "CREATE FUNCTION rahasia() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "REVOKE EXECUTE ON FUNCTION rahasia() FROM PUBLIC",
        "ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO PUBLIC",
        "CREATE TABLE kemudian (a int)",
        "CREATE FUNCTION baru(a int) RETURNS int LANGUAGE sql BEGIN ATOMIC; SELECT a + 1; END",
        "ALTER TABLE pilihan ENABLE ROW LEVEL SECURITY",
        "CREATE POLICY satu ON pilihan USING (b IN (1, 2))",
    )

    backup = stored(source, tmp_path / "gudang")
    job = restore_job(backup, postgres)
    with job.engine.embedded(backup.manifest, (), tmp_path / "uji") as embedded:
        rehearsal = rehearse(replace(job, site=replace(job.site, target=embedded)), timedelta(hours=48))

    assert (rehearsal.verdict, rehearsal.differences) == (Verdict.PASSED, ()), str(rehearsal.reason)
    assert {each.kind for each in rehearsal.harmless} == {"extension"}


def test_an_extension_belongs_to_whoever_restores_it_and_that_is_no_loss(servers, tmp_path) -> None:
    server, _, new = servers
    source = new()
    run(
        source,
        SAMPLE,
        "CREATE ROLE pemasang SUPERUSER",
        "SET ROLE pemasang",
        "CREATE EXTENSION citext",
    )
    rehearsal = rehearsed(stored(source, tmp_path / "gudang"), server)
    run(source, "DROP OWNED BY pemasang CASCADE", "DROP ROLE pemasang")
    assert (rehearsal.verdict, rehearsal.differences) == (Verdict.PASSED, ()), rehearsal
    assert [(each.aspect, each.kind) for each in rehearsal.harmless] == [(Aspect.OWNER, "extension")]
