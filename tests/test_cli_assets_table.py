"""`assets export` and `assets import` as a user calls them."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from cadangan import paths
from cadangan.config import assets_sheet

Ran = subprocess.CompletedProcess[str]


@pytest.fixture
def assets(tmp_path: Path) -> Callable[..., Ran]:
    shutil.copytree(paths.INCLUDE / "config", tmp_path / "config")

    def run(*arguments: object) -> Ran:
        environment = os.environ | {
            "PYTHONPATH": str(paths.ROOT / "plugins"),
            "CADANGAN_CONFIG": str(tmp_path / "config"),
        }
        argv = [sys.executable, "-m", "cadangan", "assets", *map(str, arguments)]
        return subprocess.run(argv, env=environment, capture_output=True, text=True, check=False)

    return run


def changed(path: Path, old: str, new: str) -> None:
    rows = assets_sheet.read(path)
    assets_sheet.write(path, [[cell.replace(old, new) for cell in row] for row in rows])


@pytest.mark.parametrize("suffix", [".ods", ".csv"])
def test_a_table_is_written_changed_and_read_back_after_a_look_at_the_change(assets, tmp_path, suffix):
    table, file = tmp_path / f"aset{suffix}", tmp_path / "config" / "assets.yaml"
    before = file.read_text()
    assert assets("export", table).returncode == 0
    assert "says the same already" in assets("import", table, "--write").stdout
    assert file.read_text() == before
    changed(table, "AR-0001", "AR-0002")
    looked = assets("import", table)
    assert "+        asset_no: AR-0002" in looked.stdout
    assert file.read_text() == before
    assert assets("import", table, "--write").returncode == 0
    assert file.read_text() == before.replace("AR-0001", "AR-0002")


def test_every_error_is_told_by_row_and_column_and_nothing_is_written(assets, tmp_path):
    table, file = tmp_path / "aset.csv", tmp_path / "config" / "assets.yaml"
    before = file.read_text()
    assets("export", table)
    changed(table, "BKPSDM", "ENTAH")
    changed(table, "simpeg", "SIM PEG")
    told = assets("import", table, "--write")
    assert told.returncode == 2
    assert "row 2, column name" in told.stderr
    assert file.read_text() == before
    changed(table, "SIM PEG", "simpeg")
    assert "row 2, column owner: ENTAH is no code in skpd" in assets("import", table, "--write").stderr
