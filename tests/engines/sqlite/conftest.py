"""Databases and jobs for the tests of SQLite."""

import sqlite3

import pytest

from cadangan.engines import engine
from cadangan.engines.contract import Site
from cadangan.engines.sqlite.target import Target
from cadangan.hosts import local
from tests.backup.builders import job_for

SAMPLE = """
PRAGMA page_size = 8192;
PRAGMA journal_mode = {journal};
PRAGMA user_version = 42;
PRAGMA application_id = 1128350541;
CREATE TABLE pegawai (nip TEXT PRIMARY KEY, nama TEXT NOT NULL);
CREATE TABLE "aneh""; DROP TABLE pegawai; --
.quit
" (isi, unit REFERENCES pegawai(nip));
INSERT INTO "aneh""; DROP TABLE pegawai; --
.quit
" VALUES (x'00ff', NULL), (1.5, NULL), ('😀', NULL);
CREATE VIEW daftar AS SELECT nama FROM pegawai;
CREATE INDEX menurut_nama ON pegawai (nama);
CREATE TRIGGER jaga AFTER INSERT ON pegawai BEGIN SELECT 1; END;
CREATE VIRTUAL TABLE cari USING fts5 (isi);
INSERT INTO cari VALUES ('naskah dinas');
"""


@pytest.fixture(params=["WAL", "DELETE"])
def path(request, tmp_path):
    """A filled database in either journal mode."""
    return filled(tmp_path / "data" / "aplikasi dinas.db", request.param)


@pytest.fixture
def job(path, tmp_path):
    return job_of(path, tmp_path / "gudang")


def filled(path, journal="WAL"):
    path.parent.mkdir(exist_ok=True)
    with sqlite3.connect(path) as connection:
        connection.executescript(SAMPLE.format(journal=journal))
        rows = [(f"{number:018}", f"Pegawai {number}") for number in range(2000)]
        connection.executemany("INSERT INTO pegawai VALUES (?, ?)", rows)
    connection.close()
    return path


def job_of(path, folder, **overrides):
    site = Site(Target(str(path)), local)
    fields = {"engine": engine("sqlite"), "site": site, "asset": "arsip", "server": "srv-arsip"}
    return job_for(None, folder, **(fields | overrides))
