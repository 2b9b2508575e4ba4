"""A good back-up of a SQLite database passes its rehearsal, and each fault that can be planted fails it."""

import sqlite3
import subprocess
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pyrage
import pytest

from cadangan.core.naming import Kind
from cadangan.core.side_names import Purpose, new_side_name
from cadangan.core.states import Verdict
from cadangan.engines import sqlite
from cadangan.engines.sqlite.target import Target
from cadangan.errors import (
    DigestMismatch,
    EngineError,
    RestoreFailed,
    RestoreRefused,
    TargetUnreachable,
    UnsealFailed,
)
from cadangan.restore.load import load
from cadangan.restore.rehearse import sweep
from tests.engines.sqlite.conftest import filled, job, job_of, path
from tests.engines.sqlite.test_backup import dump_of
from tests.restore.builders import Stored, found
from tests.restore.by_path import job_into, rehearsed_in, taken

__all__ = ["job", "path"]


@pytest.fixture
def good(job) -> Stored:
    return taken(job)


def test_a_good_back_up_passes_and_leaves_nothing(good, tmp_path):
    rehearsal = rehearsed_in(tmp_path / "uji", good)

    assert (rehearsal.verdict, rehearsal.differences, rehearsal.not_compared) == (Verdict.PASSED, (), ()), rehearsal


def test_what_is_restored_is_the_database(good, path, tmp_path):
    job = job_into(good, tmp_path / "baru.sqlite")
    sqlite.create(job.site.target, good.manifest)

    load(job, job.site.target)

    assert dump_of(tmp_path / "baru.sqlite") == dump_of(path)
    assert (tmp_path / "baru.sqlite").read_bytes() == good.raw(Kind.SQLITE)


@pytest.mark.parametrize(
    ("statement", "difference"),
    [
        ("DELETE FROM pegawai WHERE nip LIKE '%7'", ("rows", "changed", "main.pegawai")),
        ("UPDATE pegawai SET nama = 'x' WHERE nip LIKE '%0007'", ("content", "changed", "main.pegawai")),
        ("UPDATE pegawai SET nama = x'31' WHERE nip LIKE '%0007'", ("content", "changed", "main.pegawai")),
        ("DELETE FROM pegawai", ("rows", "changed", "main.pegawai")),
        ("DROP TABLE pegawai", ("table", "missing", "main.pegawai")),
        ("CREATE TABLE lain (a)", ("table", "extra", "main.lain")),
        ("DROP TRIGGER jaga", ("object", "missing", "main.jaga")),
        ("DROP VIEW daftar", ("object", "missing", "main.daftar")),
        (
            "DROP TRIGGER jaga; CREATE TRIGGER jaga AFTER INSERT ON pegawai BEGIN SELECT 2; END",
            ("definition", "changed", "main.jaga"),
        ),
        ("ALTER TABLE pegawai ADD COLUMN lain", ("definition", "changed", "main.pegawai")),
        ("DROP INDEX menurut_nama", ("object", "missing", "main.menurut_nama")),
        ("PRAGMA user_version = 7", ("object", "changed", "user_version")),
    ],
)
def test_a_database_that_is_not_what_the_manifest_recorded_fails(good, tmp_path, statement, difference):
    other = filled(tmp_path / "lain" / "lain.db", "DELETE")
    with closing(sqlite3.connect(other)) as connection:
        connection.executescript(statement)
    wrong = good.with_dump(taken(job_of(other, tmp_path / "gudang lain")).raw(Kind.SQLITE), tmp_path, Kind.SQLITE)

    rehearsal = rehearsed_in(tmp_path / "uji", wrong)

    assert rehearsal.verdict is Verdict.FAILED
    assert difference in found(rehearsal)


@pytest.mark.parametrize("kept", [50, 5000, 0.5, 0.99])
def test_a_database_that_was_cut_fails_although_it_was_recorded_so(good, tmp_path, kept):
    raw = good.raw(Kind.SQLITE)

    rehearsal = rehearsed_in(
        tmp_path / "uji",
        good.with_dump(raw[: int(len(raw) * kept) if kept < 1 else kept], tmp_path, Kind.SQLITE),
    )

    assert rehearsal.verdict is Verdict.FAILED
    assert isinstance(rehearsal.reason, RestoreFailed)


def test_an_index_that_does_not_fit_its_table_fails(good, tmp_path):
    other = filled(tmp_path / "lain" / "lain.db", "DELETE")
    with closing(sqlite3.connect(other)) as connection:
        connection.executescript(
            "PRAGMA writable_schema = ON;"
            "UPDATE sqlite_master SET sql = 'CREATE INDEX menurut_nama ON pegawai (nip)' WHERE name = 'menurut_nama'"
        )

    rehearsal = rehearsed_in(tmp_path / "uji", good.with_dump(other.read_bytes(), tmp_path, Kind.SQLITE))

    assert rehearsal.verdict is Verdict.FAILED
    assert "menurut_nama" in str(rehearsal.reason)


def test_a_flipped_byte_a_cut_file_and_a_wrong_key_fail(good, tmp_path):
    wrong_key = rehearsed_in(tmp_path / "uji", good, identity=str(pyrage.x25519.Identity.generate()))
    content = bytearray(good.file(Kind.SQLITE).read_bytes())
    good.file(Kind.SQLITE).write_bytes(content[:-1])
    cut = rehearsed_in(tmp_path / "uji", good)
    content[len(content) // 2] ^= 1
    good.file(Kind.SQLITE).write_bytes(content)
    flipped = rehearsed_in(tmp_path / "uji", good)

    assert {each.verdict for each in (wrong_key, cut, flipped)} == {Verdict.FAILED}
    assert [type(each.reason) for each in (wrong_key, cut, flipped)] == [UnsealFailed, DigestMismatch, DigestMismatch]


def test_without_the_program_it_is_not_run(good, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")

    fitness = sqlite.examine_target(good.manifest, Target(str(tmp_path / "baru")), ())

    assert "sqlite3" in fitness.blockers[0]


def test_a_disk_that_is_full_says_nothing_of_the_back_up(good, tmp_path):
    disk = tmp_path / "disk"
    disk.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", disk], check=True)
    try:
        rehearsal = rehearsed_in(disk, good)
        target = Target(str(disk / "baru"))
        sqlite.create(target, good.manifest)
        with pytest.raises(RestoreRefused, match="No space left"):
            load(job_into(good, disk / "baru"), target)
    finally:
        subprocess.run(["umount", disk], check=True)

    assert rehearsal.verdict is Verdict.NOT_RUN
    assert "Ruang" in rehearsal.reason


def test_a_restore_writes_through_no_link(good, tmp_path):
    precious = tmp_path / "berharga"
    precious.touch()
    (tmp_path / "baru").symlink_to(precious)
    target = Target(str(tmp_path / "baru"))

    with pytest.raises(RestoreRefused, match="not empty"):
        load(job_into(good, tmp_path / "baru"), target)
    with (
        sqlite.open_load(target, good.manifest, (), job_into(good, tmp_path).policy) as opened,
        pytest.raises(RestoreRefused, match="cannot be written"),
        opened.intakes[0].open(),
    ):
        pass

    assert precious.read_bytes() == b""


@pytest.mark.parametrize("suffix", ["", "-wal", "-journal"])
def test_what_is_there_is_left_alone(good, tmp_path, suffix):
    (tmp_path / f"baru{suffix}").write_text("isi")

    fitness = sqlite.examine_target(good.manifest, Target(str(tmp_path / "baru")), ())

    assert len(fitness.blockers) == 1
    assert (tmp_path / f"baru{suffix}").read_text() == "isi"


def test_sides_are_made_found_and_dropped_and_nothing_else_is(good, tmp_path):
    target = Target(str(tmp_path / "aplikasi.db"))
    side = sqlite.side(target, new_side_name(Purpose.SIDE, "arsip", datetime.now(UTC)))
    (tmp_path / "cadangan_uji_lain").touch()

    sqlite.create(side, good.manifest)

    assert (tmp_path / side.database).stat().st_mode & 0o777 == 0o600
    assert list(map(str, sqlite.sides(target))) == [side.database.rpartition("/")[2]]
    assert sqlite.is_empty(side)
    with pytest.raises(EngineError, match="File exists"):
        sqlite.create(side, good.manifest)
    (tmp_path / f"{side.database}-wal").touch()
    sqlite.drop(side)
    sqlite.drop(side)
    assert (sqlite.sides(target), sqlite.exists(side)) == ([], False)
    assert not (tmp_path / f"{side.database}-wal").exists()
    with pytest.raises(RestoreRefused, match="nothing that Cadangan made"):
        sqlite.drop(Target(str(tmp_path / "cadangan_uji_lain")))
    with pytest.raises(TargetUnreachable, match="cannot be listed"):
        sqlite.sides(Target("/tidak/ada/x"))


def test_what_a_killed_rehearsal_left_is_swept_once_it_is_old(good, tmp_path):
    old, young = (
        tmp_path / str(new_side_name(Purpose.REHEARSAL, "arsip", datetime.now(UTC) - timedelta(hours=hours)))
        for hours in (49, 1)
    )
    old.touch()
    young.touch()
    with good.job.engine.embedded(good.manifest, (), tmp_path) as target:
        sweep(job_into(good, target.database), datetime.now(UTC) - timedelta(hours=48))

    assert (old.exists(), young.exists()) == (False, True)
