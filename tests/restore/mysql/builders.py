"""MariaDB back-ups that are what they say, and such that are not, for the tests of restoring."""

from dataclasses import replace

from cadangan.engines import mysql
from cadangan.engines.contract import Site
from cadangan.engines.mysql import Target
from cadangan.hosts import local
from cadangan.restore.rehearse import Rehearsal, rehearse
from tests.restore.builders import STALE, Stored, restore_job
from tests.restore.builders import stored as stored_by
from tests.services.mariadb import run

SAMPLE = (
    "CREATE TABLE pegawai (nip char(18) PRIMARY KEY, nama varchar(100) NOT NULL, KEY menurut_nama (nama))",
    "INSERT INTO pegawai SELECT LPAD(seq, 18, '0'), CONCAT('Pegawai ', seq, ' 😀') FROM seq_1_to_500",
    """CREATE TABLE `surat masuk` (
        id int PRIMARY KEY AUTO_INCREMENT, isi text, nip char(18), n int CHECK (n >= 0),
        CONSTRAINT milik FOREIGN KEY (nip) REFERENCES pegawai (nip)
    )""",
    "INSERT INTO `surat masuk` (isi, nip, n) SELECT MD5(seq), LPAD(seq, 18, '0'), seq FROM seq_1_to_300",
    "CREATE TABLE kosong (id int)",
    "CREATE SEQUENCE nomor",
    "CREATE TABLE bernomor (id bigint PRIMARY KEY DEFAULT NEXTVAL(nomor), a int)",
    "INSERT INTO bernomor (a) VALUES (1), (2)",
    "CREATE VIEW daftar AS SELECT nama FROM pegawai",
    "CREATE FUNCTION jumlah() RETURNS int READS SQL DATA BEGIN\n-- semua\nRETURN (SELECT COUNT(*) FROM pegawai); END",
    "CREATE PROCEDURE bersihkan() DELETE FROM kosong",
    "CREATE TRIGGER catat BEFORE UPDATE ON pegawai FOR EACH ROW SET NEW.nama = TRIM(NEW.nama)",
    "CREATE EVENT malam ON SCHEDULE EVERY 1 DAY STARTS '2026-01-05 01:00:00' DO DELETE FROM kosong",
)
# Of SAMPLE, what a server that has its sequence in another database can take.
ANYWHERE = tuple(each for each in SAMPLE if "bernomor" not in each and "EVENT" not in each)


def stored(target: Target, folder) -> Stored:
    """Back `target` up into `folder`."""
    return stored_by(target, folder, engine=mysql)


def site_of(of: Stored, server: Target) -> Site:
    """The server, reached as an embedded one is for this back-up."""
    return Site(replace(server, database=of.manifest.source.database), local)


def rehearsed(of: Stored, server: Target, **overrides) -> Rehearsal:
    return rehearse(restore_job(of, None, site=site_of(of, server), **overrides), STALE)


def databases(target: Target) -> set[str]:
    """The databases of a server that are not its own works."""
    found = run(target, "SELECT SCHEMA_NAME AS name FROM information_schema.SCHEMATA", choose=False)
    return {str(each["name"]) for each in found} - {"information_schema", "mysql", "performance_schema", "sys"}


def accounts(target: Target) -> set[str]:
    """The names of its accounts."""
    return {str(each["User"]) for each in run(target, "SELECT User FROM mysql.user", choose=False)}
