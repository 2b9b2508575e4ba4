"""assets.yaml is changed where it has to be, and nowhere else."""

import copy

import pytest
import yaml

from cadangan.config import assets_file, assets_table
from cadangan.config.assets import Assets
from cadangan.config.loading import parse

TEXT = """\
# Kepala berkas.
servers:
  - name: srv-satu  # di ruang server
    engine: postgres
    conn_id: "pg_satu"
    assets:
      # Data kepegawaian.
      - name: simpeg
        application: SIMPEG (Sistem Informasi Manajemen Kepegawaian), aplikasi kepegawaian yang dipakai semua dinas
        database: simpeg
        owner: BKPSDM
        registered_on: 2025-12-01
      - {name: sapk, application: SAPK, database: sapk, owner: BKPSDM}
"""


def content():
    """What the text says, as a table gives it back."""
    return assets_table.content(assets_table.table(parse(yaml.safe_load(TEXT), Assets, "text")))


def test_what_is_the_same_is_left_as_it_is_written():
    assert assets_file.revised(TEXT, content()) == TEXT


def test_one_change_is_one_line_and_comments_stay():
    wanted = copy.deepcopy(content())
    wanted["servers"][0]["assets"][0]["owner"] = "DISDIK"
    assert assets_file.revised(TEXT, wanted) == TEXT.replace("owner: BKPSDM\n        reg", "owner: DISDIK\n        reg")


@pytest.mark.parametrize("act", ["add", "remove", "swap", "unset"])
def test_whatever_is_changed_the_file_then_says_it(act):
    wanted = copy.deepcopy(content())
    assets = wanted["servers"][0]["assets"]
    if act == "add":
        assets.append({"name": "baru", "application": "Baru", "database": "baru", "owner": "BKPSDM"})
        wanted["servers"].append(
            {"name": "dua", "engine": "files", "assets": [assets[2] | {"name": "x", "database": "/x"}]}
        )
    elif act == "remove":
        del assets[0]
    elif act == "swap":
        assets.reverse()
    else:
        del assets[0]["registered_on"]
    after = assets_file.revised(TEXT, wanted)
    assert parse(yaml.safe_load(after), Assets, "after") == parse(wanted, Assets, "wanted")
    assert "# Kepala berkas." in after
