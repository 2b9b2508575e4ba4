"""Databases with an object of every kind, jobs that back them up, and what comes back of them."""

from cadangan.core.manifest import Inventory
from cadangan.core.naming import Kind
from cadangan.engines import engine
from cadangan.engines.mysql.catalogue import read_catalogue, read_columns
from cadangan.engines.mysql.digests import facts_of
from cadangan.engines.mysql.queries import execute, session, text
from tests.backup.builders import job_for, raw_of
from tests.services.mariadb import restore, run

NEEDED = (
    "SELECT, SHOW VIEW, TRIGGER, EVENT, LOCK TABLES ON {d}.*",
    "SELECT ON `mysql`.*",
    "RELOAD ON *.*",
)
EVERY_KIND = (
    """CREATE TABLE pegawai (
        id bigint PRIMARY KEY AUTO_INCREMENT, nip char(18) UNIQUE, nama varchar(100) NOT NULL COMMENT 'nama\\nlengkap',
        gaji float, rasio double, lahir date, masuk timestamp(6) NULL, jam time(3), tanda bit(5), foto longblob,
        status enum('Aktif', 'Pensiun'), minat set('a', 'b'), lokasi geometry, catatan json, alamat inet6,
        besar int GENERATED ALWAYS AS (LENGTH(nama) * 2) STORED, huruf char(1) AS (LEFT(nama, 1)) VIRTUAL,
        rahasia int DEFAULT 7 INVISIBLE
    ) CHARACTER SET utf8mb4""",
    "CREATE TABLE latin (teks varchar(50)) CHARACTER SET latin1",
    "CREATE TABLE anak (id int PRIMARY KEY, pegawai_id bigint, FOREIGN KEY (pegawai_id) REFERENCES pegawai (id))",
    "CREATE TABLE bagian (id int) PARTITION BY HASH (id) PARTITIONS 3",
    "CREATE TABLE lama (id int, isi text) ENGINE=MyISAM",
    "CREATE TABLE aria (id int) ENGINE=Aria",
    "CREATE SEQUENCE nomor START WITH 100",
    "SELECT NEXTVAL(nomor)",
    "CREATE VIEW aktif AS SELECT id, nama FROM pegawai WHERE status = 'Aktif'",
    "CREATE VIEW atas_view AS SELECT COUNT(*) AS n FROM aktif",
    "CREATE PROCEDURE bersihkan() BEGIN DELETE FROM lama;\nCREATE TABLE `bukan` (id int); END",
    "CREATE FUNCTION ganda(n int) RETURNS int DETERMINISTIC RETURN n * 2",
    "CREATE TRIGGER catat BEFORE INSERT ON pegawai FOR EACH ROW SET NEW.masuk = COALESCE(NEW.masuk, '2026-01-05')",
    "CREATE TRIGGER `ubah saja` BEFORE UPDATE ON pegawai FOR EACH ROW SET NEW.rahasia = 8",
    "CREATE EVENT malam ON SCHEDULE EVERY 1 DAY DO DELETE FROM lama WHERE id < 0",
    """INSERT INTO pegawai (nip, nama, gaji, rasio, lahir, jam, tanda, foto, status, minat, lokasi, catatan, alamat)
        SELECT LPAD(seq, 18, '0'), CONCAT('Pegawai "', seq, "' \\\\ 😀\\n%s"), seq / 3, seq / 7, '2000-01-01',
        '08:00:01.5', b'10101', UNHEX(SHA2(seq, 256)), 'Aktif', 'a,b', POINT(seq, -seq), JSON_OBJECT('n', seq), '::1'
        FROM seq_1_to_500""",
    "INSERT INTO pegawai (nama) VALUES (''), (REPEAT('é', 100))",
    "INSERT INTO latin VALUES ('café')",
    "INSERT INTO anak VALUES (1, 1), (2, NULL)",
    "INSERT INTO bagian SELECT seq FROM seq_1_to_30",
    "INSERT INTO lama SELECT seq, REPEAT('x', 100) FROM seq_1_to_50",
    "INSERT INTO aria VALUES (1)",
)


def fill(target):
    """Put an object of every kind and some rows into `target`."""
    run(target, *EVERY_KIND)
    return target


def mysql_job(target, folder, **overrides):
    """A job that backs `target` up into `folder`."""
    return job_for(target, folder, engine=engine("mysql"), **overrides)


def enlarge(target, megabytes, engine_name="InnoDB"):
    """Add rows that do not compress, so that a dump of them takes its time."""
    run(
        target,
        f"CREATE TABLE besar (id int PRIMARY KEY, isi longblob) ENGINE={engine_name}",
        f"INSERT INTO besar SELECT seq, RANDOM_BYTES(1024) FROM seq_1_to_{megabytes * 1024}",
    )


def inventory_of(target, method="values") -> Inventory:
    """What a database holds, by an inventory of its own without a dump."""
    with session(target) as connection:
        found, columns = read_catalogue(connection, target.database), read_columns(connection, target.database)
        execute(connection, text("begin"))
        tables = tuple(facts_of(connection, table, columns, method) for table in found.tables)
        return Inventory(tables=tables, objects=found.objects)


def came_back(job, manifest, copy) -> Inventory:
    """Restore the dump into the empty database `copy` and return what it holds then."""
    restore(copy, raw_of(manifest, job.places[0], Kind.DUMP))
    return inventory_of(copy)


def facts(inventory):
    """Count and digest of each table, by its name."""
    return {table.name: (table.rows, table.digest) for table in inventory.tables}


def named(inventory):
    """Every object but for the database that it is in."""
    return {(found.kind, found.name, found.owner, found.detail) for found in inventory.objects}
