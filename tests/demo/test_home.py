"""The demonstration's folder: fresh on entry, one demonstration at a time, and nobody else's files."""

import multiprocessing
from multiprocessing.synchronize import Event
from pathlib import Path

import pytest

from cadangan.demo.home import occupied
from cadangan.errors import DemoError


def test_a_second_demonstration_starts_fresh(tmp_path: Path) -> None:
    with occupied(tmp_path / "demo") as home:
        (home.vault / "old.zst.age").write_text("old")
        (home.postgres / "data").mkdir(parents=True)
    with occupied(tmp_path / "demo") as home:
        assert list(home.vault.iterdir()) == []
        assert not home.postgres.exists()


def test_a_link_in_the_folder_is_removed_and_not_followed(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "kept").touch()
    with occupied(tmp_path / "demo") as home:
        (home.root / "link").symlink_to(elsewhere)
    with occupied(tmp_path / "demo") as home:
        assert not (home.root / "link").is_symlink()
    assert (elsewhere / "kept").exists()


def test_a_folder_with_other_files_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.odt").write_text("mine")
    with pytest.raises(DemoError, match="--home"), occupied(tmp_path):
        pytest.fail("entered")
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.odt"]


def test_a_folder_that_cannot_be_made_is_an_error_that_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(DemoError, match="--home"), occupied(tmp_path / "file" / "demo"):
        pytest.fail("entered")


def _occupy(root: Path, entered: Event, leave: Event) -> None:
    with occupied(root):
        entered.set()
        leave.wait(30)


def test_two_demonstrations_never_share_a_folder(tmp_path: Path) -> None:
    root = tmp_path / "demo"
    context = multiprocessing.get_context("spawn")
    entered, leave = context.Event(), context.Event()
    other = context.Process(target=_occupy, args=(root, entered, leave))
    other.start()
    try:
        assert entered.wait(30)
        with pytest.raises(DemoError, match=f"already running.*process {other.pid}"), occupied(root):
            pytest.fail("entered")
    finally:
        leave.set()
        other.join(30)
    with occupied(root) as home:
        assert home.vault.is_dir()
