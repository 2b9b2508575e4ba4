"""Whatever its file, tables and columns are called, a back-up of a SQLite database comes back as it was."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cadangan.backup.take import take_backup
from cadangan.engines.contract import Login
from tests.backup.builders import raw_of, silent
from tests.engines import hostile
from tests.engines.reached import reached
from tests.engines.sqlite.conftest import job_of

NOBODY = Login(None, None, "", "")


def fits_file(name):
    return "/" not in name and name not in {".", ".."} and len(name.encode()) <= 200


def fits_table(name):
    return not name.lower().startswith("sqlite_")


FILES = hostile.names(30, fits_file)
TABLES = hostile.names(30, fits_table)


def quoted(name):
    return '"' + name.replace('"', '""') + '"'


def build(path, tables):
    with closing(sqlite3.connect(path)) as connection, connection:
        for name in tables:
            connection.execute(f"CREATE TABLE {quoted(name)} ({quoted(name)}, {quoted('lain ' + name)})")
            connection.execute(f"INSERT INTO {quoted(name)} VALUES (?, ?)", (name, len(name)))


def content(path, tables):
    """The definitions, and the rows of each table."""
    with closing(sqlite3.connect(path)) as connection:
        defined = connection.execute("SELECT type, name, tbl_name, sql FROM sqlite_master").fetchall()
        return defined, [connection.execute(f"SELECT * FROM {quoted(name)}").fetchall() for name in tables]


def assert_comes_back(sshd, way, file, tables):
    with TemporaryDirectory() as folder:
        path = Path(folder) / "data" / file
        path.parent.mkdir()
        build(path, tables)
        with reached("sqlite", str(path), NOBODY, sshd, way) as site:
            job = replace(job_of(path, Path(folder) / "gudang"), site=site)
            manifest = take_backup(job, silent)
        copy = Path(folder) / "pulih.db"
        copy.write_bytes(raw_of(manifest, job.places[0], "sqlite"))
        assert content(copy, tables) == content(path, tables)
        assert {table.name for table in manifest.inventory.tables} == set(tables)
        assert {table.rows for table in manifest.inventory.tables} == {1}


@pytest.mark.parametrize(
    ("way", "number"), [(way, number) for way in ("here", "there") for number in hostile.some(way)]
)
def test_names_that_break_out_elsewhere_come_back(sshd, way, number):
    tables = [*hostile.NAMES, "emoji 😀", " spasi di tepi ", "n" * 200]
    assert_comes_back(sshd, way, hostile.NAMES[number].replace("/", ":"), tables)


@hostile.FEW
@given(FILES, st.lists(TABLES, min_size=1, max_size=5, unique_by=str.lower))
def test_names_that_nobody_thought_of_come_back(sshd, file, tables):
    assert_comes_back(sshd, "here", file, tables)


@hostile.OVER_SSH
@given(FILES, st.lists(TABLES, min_size=1, max_size=5, unique_by=str.lower))
def test_names_that_nobody_thought_of_come_back_over_ssh(sshd, file, tables):
    assert_comes_back(sshd, "there", file, tables)
