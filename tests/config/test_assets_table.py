"""The asset register as a table: no loss on the way there and back, and errors where they are."""

import string
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cadangan.config import assets_sheet, assets_table
from cadangan.config.assets import Assets
from cadangan.config.loading import parse
from cadangan.errors import ConfigError
from tests.config import contents

# What XML can hold, and so a spreadsheet.
CHARACTERS = st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cn"], include_characters="\n\t")
LINES = st.text(CHARACTERS, min_size=1, max_size=12).filter(lambda text: text.strip())
TEXTS = LINES.map(str.strip)
NAMES = st.text(string.ascii_lowercase + string.digits, min_size=1, max_size=8)


@st.composite
def registers(draw):
    """A register of any shape that the models allow."""
    names = iter(draw(st.lists(NAMES, min_size=9, max_size=9, unique=True)))
    servers = [draw(servers_named(f"srv{number}", names)) for number in range(draw(st.integers(1, 3)))]
    content = {"servers": servers}
    if draw(st.booleans()):
        bundle = {"name": next(names), "application": draw(TEXTS), "assets": [servers[0]["assets"][0]["name"]]}
        content["bundles"] = [bundle]
    return parse(content, Assets, "generated")


@st.composite
def servers_named(draw, name, names):
    engine = draw(st.sampled_from(["postgres", "files"]))
    server = {"name": name, "engine": engine, "assets": []}
    optional = {"location": st.text(CHARACTERS, max_size=6), "ignore": st.lists(TEXTS, max_size=2)}
    if engine == "postgres":
        server["conn_id"] = draw(TEXTS)
    else:
        optional |= {"roots": st.lists(TEXTS.map("/".__add__), max_size=2), "ssh_conn_id": TEXTS}
    server |= draw(st.fixed_dictionaries({}, optional=optional))
    for number in range(draw(st.integers(1, 2))):
        asset = {"name": next(names), "application": draw(TEXTS), "database": f"/{number}", "owner": draw(TEXTS)}
        extra = {
            "asset_no": st.text(CHARACTERS, max_size=6),
            "criticality": st.sampled_from(["Strategis", "Tinggi"]),
            "registered_on": st.dates(date(1999, 1, 1)),
        }
        extra |= {"exclude": st.lists(TEXTS, max_size=3)} if engine == "files" else {}
        server["assets"].append(asset | draw(st.fixed_dictionaries({}, optional=extra)))
    return server


@pytest.mark.parametrize("suffix", assets_sheet.SUFFIXES)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(registered=registers())
def test_a_register_comes_back_as_it_went(tmp_path: Path, suffix, registered):
    path = tmp_path / f"aset{suffix}"
    assets_sheet.write(path, assets_table.table(registered))
    assert parse(assets_table.content(assets_sheet.read(path)), Assets, path) == registered


def table_of(**server):
    return assets_table.table(parse(contents.assets(servers=[contents.server(**server)]), Assets, "built"))


def changed(rows, number, **cells):
    """The table with other cells in the row that a spreadsheet numbers so; keys have _ for a dot."""
    columns = rows[0]
    row = list(rows[number - 1])
    for key, value in cells.items():
        row[columns.index(key.replace("server_", "server.", 1))] = value
    return [*rows[: number - 1], row, *rows[number:]]


def test_all_errors_are_told_at_once_each_with_row_and_column():
    two = [contents.asset(), contents.asset(name="sapk", database="sapk")]
    rows = changed(table_of(assets=two), 3, name="Nama Salah", criticality="Penting", server_conn_id="lain")
    rows.append(["paket", *[""] * (len(rows[0]) - 1)])
    with pytest.raises(ConfigError) as caught:
        assets_table.content(rows)
    told = "\n".join(caught.value.violations)
    assert "row 3, column name: " in told
    assert "row 3, column criticality: " in told
    assert "row 3, column server.conn_id: is not what row 2 says" in told
    assert "row 4, column kind: must be asset or bundle" in told


@pytest.mark.parametrize(
    ("cells", "told"),
    [
        ({"engine": ""}, "row 2, column server.engine"),
        ({"conn_id": ""}, "row 2, column server.conn_id"),
        ({"roots": "/srv"}, "row 2, column server.roots"),
    ],
)
def test_an_error_of_a_server_is_told_at_its_rows(cells, told):
    rows = changed(table_of(), 2, **{f"server_{key}": cell for key, cell in cells.items()})
    with pytest.raises(ConfigError) as caught:
        assets_table.content(rows)
    assert [line for line in caught.value.violations if line.startswith(told)]


@pytest.mark.parametrize(
    ("cells", "told"),
    [
        ({"database": ""}, "row 2, column database"),
        ({"registered_on": "32/13/2026"}, "row 2, column registered_on"),
        ({"exclude": "[1]"}, "row 2, column exclude: is no JSON array"),
        ({"exclude": "*.log"}, "row 2, column exclude: is for file trees only"),
    ],
)
def test_an_error_of_an_asset_is_told_at_its_cell(cells, told):
    with pytest.raises(ConfigError) as caught:
        assets_table.content(changed(table_of(), 2, **cells))
    assert [line for line in caught.value.violations if line.startswith(told)], caught.value.violations


def test_a_name_that_is_used_twice_is_told_with_both_rows():
    rows = table_of()
    with pytest.raises(ConfigError, match="row 3, column name: simpeg is the name of row 2 too"):
        assets_table.content([*rows, rows[1]])


def test_what_other_files_do_not_know_is_told_at_its_cell():
    lines = ["assets.yaml servers[0].assets[0].owner: BAPPEDA is no code in skpd of sop.yaml"]
    with pytest.raises(ConfigError, match=r"row 2, column owner: BAPPEDA is no code"):
        assets_table.content(table_of(), lambda _: lines)


def test_an_unknown_and_a_missing_column_are_told():
    with pytest.raises(ConfigError) as caught:
        assets_table.content([["name", "warna"], ["simpeg", "biru"]])
    assert caught.value.violations[:2] == (
        "row 1: warna is no column of the asset register",
        "row 1: the column server.name is missing",
    )


def test_semicolons_and_a_table_of_something_else_are_known(tmp_path):
    path = tmp_path / "aset.csv"
    path.write_text("server.name;name\nsrv;simpeg\n")
    assert assets_sheet.read(path) == [["server.name", "name"], ["srv", "simpeg"]]
    for name in ("gambar.ods", "gambar.csv"):
        (tmp_path / name).write_bytes(b"\x89PNG\xff\x00")
        with pytest.raises(ConfigError, match="is no"):
            assets_sheet.read(tmp_path / name)
    with pytest.raises(ConfigError, match="neither"):
        assets_sheet.read(tmp_path / "aset.xlsx")
