"""Names and passwords that break out of quotes elsewhere: dumped, taken stock of, and restored intact (F27)."""

import pytest

from cadangan.backup.take import take_backup
from cadangan.core.naming import Kind
from cadangan.engines.mysql import inspect
from cadangan.engines.mysql.quoting import identifier
from cadangan.engines.mysql.target import connect, option_file
from cadangan.hosts import local
from cadangan.hosts.command import Command
from cadangan.hosts.memory import in_memory
from tests.backup.builders import raw_of, silent
from tests.engines.mysql.builders import NEEDED, came_back, facts, inventory_of, mysql_job, named
from tests.services.mariadb import account_on, databases_on, program, run

NAMES = [
    "a`b",
    'c"d',
    "e'f",
    "dua kata",
    "baris\nbaru",
    "g%h_i%s%(x)s{y}",
    "$(touch x)`id`",
    "garis\\miring\\n",
    "☃é漢",
    "x" * 64,
    "select",
    "--help",
    "-e",
    "; DROP TABLE x; --",
    "/*!50001 x */",
    "titik.titik",
]
PASSWORDS = [
    "a\\b\\n\\s",
    'dua "kata"',
    "'tunggal'",
    "#bukan komentar",
    " di tepi ",
    "baris\nbaru\r\ttab",
    "rahasia€😀",
    "=[client]=;",
    "-p--password=x",
    "%s%(x)s{y}$(id)`id`",
    '"',
    "\\",
    "\\\\\"'",
    "a" * 79,
]


def build(target, name):
    quoted = identifier(name).replace("%", "%%")
    run(target, f"CREATE TABLE {identifier(name)} ({identifier(name)} varchar(200) PRIMARY KEY)")
    run(target, f"INSERT INTO {quoted} VALUES (%s)", values=[name])
    run(target, f"CREATE VIEW {identifier('v' + name[:60])} AS SELECT * FROM {identifier(name)}")
    run(target, f"CREATE PROCEDURE {identifier('p' + name[:60])}() SELECT 1")
    run(target, f"CREATE EVENT {identifier('e' + name[:60])} ON SCHEDULE EVERY 1 DAY DO SELECT 1")
    run(
        target,
        f"CREATE TRIGGER {identifier('t' + name[:60])} BEFORE INSERT ON {identifier(name)} FOR EACH ROW SET @x = 1",
    )


def test_tables_and_objects_of_any_name(new_database, tmp_path):
    source, copy = new_database(), new_database()
    for name in NAMES:
        build(source, name)
    job = mysql_job(source, tmp_path)

    manifest = take_backup(job, silent)
    again = came_back(job, manifest, copy)

    assert {table.name for table in again.tables} == set(NAMES)
    assert facts(again) == facts(manifest.inventory)
    assert named(again) == named(manifest.inventory)


@pytest.mark.parametrize("name", NAMES)
def test_a_database_of_any_name(mariadb, tmp_path, name):
    with databases_on(mariadb) as make:
        source, copy = make(name), make()
        run(source, "CREATE TABLE di_sini (id int PRIMARY KEY)", "INSERT INTO di_sini VALUES (1)")
        run(source, "CREATE TRIGGER t BEFORE INSERT ON di_sini FOR EACH ROW SET NEW.id = 2")
        job = mysql_job(source, tmp_path)

        assert inspect(source, ()).blockers == ()
        manifest = take_backup(job, silent)

        assert {table.digest_method for table in manifest.inventory.tables} == {"values"}
        assert came_back(job, manifest, copy).tables[0].digest == manifest.inventory.tables[0].digest


@pytest.mark.parametrize("password", PASSWORDS)
def test_any_password_opens_the_database_to_driver_and_client(database, tmp_path, password):
    reader = account_on(database, "sandi", password, *NEEDED)
    connect(reader).close()

    with in_memory(option_file(reader, "MariaDB")) as path:
        argv = (program("mariadb"), f"--defaults-file={path}", "--batch", "--skip-column-names", "-e", "SELECT USER()")
        done = local.run(Command(argv), 30)

    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(b"sandi@")
    assert password not in repr(reader)


@pytest.mark.parametrize("user", ["a`b", 'c"d', "e'f", "dua kata", "g%h_i", "-h", "☃é", "#pagar", "back\\slash"])
def test_an_account_of_any_name_reads_and_comes_back(new_database, tmp_path, user):
    source = new_database()
    run(source, "CREATE TABLE t (id int)")
    reader = account_on(source, user, "sandi", *NEEDED)
    try:
        job = mysql_job(reader, tmp_path)
        accounts = raw_of(take_backup(job, silent), job.places[0], Kind.ACCOUNTS).decode()
        run(source, f"DROP USER {identifier(user)}@'%'")

        with in_memory(option_file(source, "MariaDB")) as path:
            argv = (program("mariadb"), f"--defaults-file={path}", "--binary-mode")
            done = local.run(Command(argv), 30, accounts.encode())

        assert done.returncode == 0, done.stderr
        assert inventory_of(reader).tables[0].name == "t"
    finally:
        run(source, f"DROP USER IF EXISTS {identifier(user)}@'%'")
