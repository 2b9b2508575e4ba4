"""What officers are told of a SQLite file."""

import sqlite3
from contextlib import closing

import pytest

from cadangan.engines.sqlite import copying, inspection
from cadangan.engines.sqlite.inspection import inspect
from cadangan.engines.sqlite.target import Target
from cadangan.errors import EngineError, HostError, PathUnreadable, SourceDamaged, TablesBusy
from cadangan.hosts import local
from tests.engines.files.test_inspection import Unprivileged, open_path
from tests.engines.sqlite.conftest import filled

__all__ = ["open_path"]


def test_a_database_can_be_backed_up(path):
    found = inspect(Target(str(path)), ())

    assert found.blockers == ()
    assert found.tables == 7
    assert found.encoding == "UTF-8"
    assert found.dumps_with == f"sqlite3 {found.server_version}"
    assert found.size_bytes == found.predicted_bytes >= path.stat().st_size
    assert any("cari" in warning for warning in found.warnings)


def test_what_waits_in_the_log_counts_as_size(tmp_path):
    path = filled(tmp_path / "data" / "a.db")
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("INSERT INTO cari VALUES (randomblob(3000000))")
        connection.commit()
        assert inspect(Target(str(path)), ()).size_bytes > 3_000_000 > path.stat().st_size


def test_an_empty_file_is_a_blocker(tmp_path):
    (tmp_path / "kosong.db").touch()
    assert "kosong" in inspect(Target(str(tmp_path / "kosong.db")), ()).blockers[0]


def test_too_little_room_for_the_copy_is_a_blocker(path, monkeypatch):
    monkeypatch.setattr(copying, "FOLDER", "/proc/self")
    assert any("Ruang" in blocker for blocker in inspect(Target(str(path)), ()).blockers)


def test_a_damaged_schema_is_an_error(tmp_path):
    path = filled(tmp_path / "data" / "rusak.db")
    content = bytearray(path.read_bytes())
    content[100:4000] = b"\xff" * 3900
    path.write_bytes(content)

    with pytest.raises(SourceDamaged):
        inspect(Target(str(path)), ())


def test_a_locked_file_is_an_error(tmp_path, monkeypatch):
    monkeypatch.setattr(inspection, "_BUSY_SECONDS", 1)
    path = filled(tmp_path / "data" / "a.db", "DELETE")
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("BEGIN EXCLUSIVE")
        with pytest.raises(TablesBusy):
            inspect(Target(str(path)), ())


class WithoutSqlite:
    """This machine, had it no sqlite3."""

    start = staticmethod(local.start)

    @staticmethod
    def run(command, timeout, stdin=b""):
        if command.argv[0] == "sqlite3":
            raise HostError("Cannot start sqlite3: no such program.")
        return local.run(command, timeout, stdin)


def test_a_host_without_the_program_is_a_blocker(path):
    found = inspect(Target(str(path)), (), WithoutSqlite())
    assert found.dumps_with is None
    assert "sqlite3" in found.blockers[0]


@pytest.fixture
def of_another(open_path):
    """A database in WAL mode that belongs to another account, in a folder that all may enter."""
    path = filled(open_path / "data" / "a.db")
    path.parent.chmod(0o755)
    return path


def test_another_account_reads_while_the_application_has_it_open(of_another):
    with closing(sqlite3.connect(of_another)) as connection:
        connection.execute("SELECT * FROM pegawai").fetchone()
        assert inspect(Target(str(of_another)), (), Unprivileged()).blockers == ()


def test_another_account_that_cannot_read_the_log_says_so(of_another):
    with pytest.raises(EngineError, match="run as the file's owner"):
        inspect(Target(str(of_another)), (), Unprivileged())


def test_another_account_never_leaves_files_beside_the_database(of_another):
    of_another.parent.chmod(0o777)

    with pytest.raises(PathUnreadable, match="belongs to another account"):
        inspect(Target(str(of_another)), (), Unprivileged())

    assert [file.name for file in of_another.parent.iterdir()] == ["a.db"]
