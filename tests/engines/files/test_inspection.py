"""What officers are told of a file tree."""

import os
import socket

import pytest

from cadangan.engines.files.inspection import inspect
from cadangan.errors import PathUnreadable
from cadangan.hosts import local
from cadangan.hosts.command import Command
from tests.engines.files.trees import archived, filled, target


class Unprivileged:
    """This machine, as an account without privileges."""

    start = staticmethod(local.start)

    @staticmethod
    def run(command, timeout, stdin=b""):
        as_other = ("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--")
        return local.run(Command((*as_other, *command.argv), command.env), timeout, stdin)


@pytest.fixture
def open_path(tmp_path):
    for folder in (tmp_path, *tmp_path.parents[:2]):
        folder.chmod(folder.stat().st_mode | 0o055)
    return tmp_path


def test_files_are_counted_and_the_archive_is_foreseen(tmp_path):
    root = filled(tmp_path / "pohon")

    found = inspect(target(root), ())

    assert found.blockers == ()
    assert found.dumps_with == found.server_version.replace("GNU ", "")
    assert found.tables == 11
    assert found.size_bytes > 93_000_000
    assert 3_000_000 < found.predicted_bytes < 2 * len(archived(root))


def test_what_may_not_be_read_is_a_blocker_that_names_it(open_path):
    root = open_path / "pohon"
    root.mkdir(0o755)
    for name in ("boleh", "tidak\nboleh"):
        (root / name).write_text("isi")
    (root / "tidak\nboleh").chmod(0)
    (root / "tertutup").mkdir(0o700)

    (blocker,) = inspect(target(root), (), Unprivileged()).blockers

    assert blocker.startswith("2 berkas atau folder tidak dapat dibaca")
    assert "./tidak\\nboleh" in blocker
    assert "./tertutup" in blocker


def test_what_is_excluded_neither_counts_nor_blocks(open_path):
    root = open_path / "pohon"
    (root / "cache" / "dalam").mkdir(parents=True)
    (root / "cache" / "dalam" / "a").write_text("isi")
    (root / "tertutup").mkdir(0o700)
    (root / "b.log").write_text("isi")
    (root / "c").write_text("isi")

    found = inspect(target(root, "cache", "./tertutup", "*.log"), (), Unprivileged())

    assert found.blockers == ()
    assert found.tables == 1
    assert any("cache, ./tertutup, *.log" in warning for warning in found.warnings)


def test_special_files_are_noted(tmp_path):
    os.mkfifo(tmp_path / "pipa")
    with socket.socket(socket.AF_UNIX) as bound:
        bound.bind(str(tmp_path / "soket"))
        warnings = " ".join(inspect(target(tmp_path), ()).warnings)

    assert "1 soket" in warnings
    assert "1 pipa (FIFO)" in warnings


def test_other_file_systems_are_noted():
    found = inspect(target("/proc/self/../../dev"), ())
    assert any("sistem berkas lain" in warning for warning in found.warnings)


def test_a_folder_that_is_not_there_cannot_be_inspected(tmp_path):
    with pytest.raises(PathUnreadable, match="cannot be walked"):
        inspect(target(tmp_path / "tiada"), ())
