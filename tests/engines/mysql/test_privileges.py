"""What an account may not see is named, with its GRANT, before anything is dumped: the server hides it unseen."""

import pytest

from cadangan.backup.take import take_backup
from cadangan.engines.mysql import inspect
from cadangan.engines.mysql.privileges import Grants, may_freeze, missing, parse
from cadangan.engines.mysql.server import Server
from cadangan.errors import PrivilegeMissing
from tests.backup.builders import silent
from tests.engines.mysql.builders import NEEDED, came_back, fill, inventory_of, mysql_job, named
from tests.services.mariadb import account_on, run

MARIADB = Server("MariaDB", "10.11.19-MariaDB", (10, 11, 19), "utf8mb4", "utf8mb4_bin", "cadangan@%")
MYSQL = Server("MySQL", "8.4.3", (8, 4, 3), "utf8mb4", "utf8mb4_bin", "cadangan@%")


def grants(*lines):
    return Grants(tuple(parse(lines)))


def test_an_account_with_the_grants_of_the_manual_dumps_everything(new_database, tmp_path):
    source, copy = fill(new_database()), new_database()
    job = mysql_job(account_on(source, "juru cadang", "x", *NEEDED), tmp_path)

    manifest = take_backup(job, silent)

    assert inspect(job.site.target, ()).blockers == ()
    assert named(came_back(job, manifest, copy)) == named(inventory_of(source)) == named(manifest.inventory)
    assert {table.digest_method for table in manifest.inventory.tables} == {"values"}


@pytest.mark.parametrize("lacking", ["SELECT", "SHOW VIEW", "TRIGGER", "EVENT", "LOCK TABLES"])
def test_each_privilege_that_is_missing_on_the_database_is_named(new_database, tmp_path, lacking):
    source = fill(new_database())
    rest = [name for name in ("SELECT", "SHOW VIEW", "TRIGGER", "EVENT", "LOCK TABLES") if name != lacking]
    reader = account_on(source, "kurang", "x", f"{', '.join(rest)} ON {{d}}.*", *NEEDED[1:])
    says = f"GRANT {lacking} ON `{source.database}`.*"

    (blocker,) = inspect(reader, ()).blockers
    assert f"Jalankan: {says} TO `kurang`@`%`." in blocker
    with pytest.raises(PrivilegeMissing) as caught:
        take_backup(mysql_job(reader, tmp_path), silent)
    assert says in str(caught.value)


def test_a_privilege_on_single_tables_is_none_on_the_database(new_database, tmp_path):
    source = fill(new_database())
    reader = account_on(source, "satu_tabel", "x", "SELECT ON {d}.pegawai", "SELECT (isi) ON {d}.lama", *NEEDED[1:])
    with pytest.raises(PrivilegeMissing, match="GRANT SELECT, SHOW VIEW, TRIGGER, EVENT"):
        take_backup(mysql_job(reader, tmp_path), silent)


def test_routines_and_accounts_need_the_database_mysql(new_database, tmp_path):
    source = fill(new_database())
    reader = account_on(source, "tanpa_mysql", "x", NEEDED[0], NEEDED[2])
    assert "GRANT SELECT ON `mysql`.* TO" in inspect(reader, ()).blockers[0]
    with pytest.raises(PrivilegeMissing, match=r"GRANT SELECT ON `mysql`"):
        take_backup(mysql_job(reader, tmp_path), silent)


def test_an_account_that_does_not_see_the_database_at_all(new_database, tmp_path):
    source = new_database()
    reader = account_on(source, "buta", "x", "USAGE ON *.*")
    with pytest.raises(Exception, match=r"shows the account buta no database named"):
        inspect(reader, ())


def test_privileges_of_the_active_role_count(new_database):
    source = fill(new_database())
    run(
        source,
        "CREATE OR REPLACE ROLE pencadang",
        f"GRANT SELECT, SHOW VIEW, TRIGGER, EVENT, LOCK TABLES ON `{source.database}`.* TO pencadang",
        "GRANT SELECT ON mysql.* TO pencadang",
    )
    reader = account_on(source, "berperan", "x", "RELOAD ON *.*")
    run(source, "GRANT pencadang TO berperan@'%'", "SET DEFAULT ROLE pencadang FOR berperan@'%'")

    assert inspect(reader, ()).blockers == ()


@pytest.mark.parametrize(
    ("line", "database", "has"),
    [
        ("GRANT SELECT ON `simpeg`.* TO `a`@`%`", "simpeg", True),
        ("GRANT SELECT ON `simpeg`.* TO `a`@`%`", "simpeg2", False),
        ("GRANT SELECT ON `sim%`.* TO `a`@`%`", "simpeg", True),
        ("GRANT SELECT ON `a_b`.* TO `a`@`%`", "axb", True),
        (r"GRANT SELECT ON `a\_b`.* TO `a`@`%`", "axb", False),
        (r"GRANT SELECT ON `a\_b`.* TO `a`@`%`", "a_b", True),
        ("GRANT INSERT, SELECT ON *.* TO `a`@`%` WITH GRANT OPTION", "simpeg", True),
        ("GRANT ALL PRIVILEGES ON *.* TO `a`@`%`", "simpeg", True),
        ("GRANT ALL PRIVILEGES ON `b``c`.* TO `a`@`%`", "b`c", True),
        ("GRANT SELECT ON `simpeg`.`t` TO `a`@`%`", "simpeg", False),
        ("GRANT SELECT (`x`), INSERT ON `simpeg`.* TO `a`@`%`", "simpeg", False),
        ("GRANT EXECUTE ON PROCEDURE `simpeg`.`p` TO `a`@`%`", "simpeg", False),
        ("GRANT `SELECT ON *.* TO ` TO `a`@`%`", "simpeg", False),
    ],
)
def test_grants_are_read_as_the_server_writes_them(line, database, has):
    assert grants(line).has("SELECT", database) is has


def test_what_mysql_takes_back_in_part_is_not_had():
    given = grants("GRANT SELECT ON *.* TO `a`@`%`", "REVOKE SELECT ON `simpeg`.* FROM `a`@`%`")
    assert not given.has("SELECT", "simpeg")
    assert given.has("SELECT", "lain")


def test_mysql_needs_a_privilege_of_its_own_for_routines():
    given = grants(
        "GRANT SELECT, SHOW VIEW, TRIGGER, EVENT ON `d`.* TO `a`@`%`", "GRANT SELECT ON `mysql`.* TO `a`@`%`"
    )
    assert missing(given, MARIADB, "d", must_lock=False) == []
    assert missing(given, MYSQL, "d", must_lock=False) == ["GRANT SHOW_ROUTINE ON *.*"]
    assert not may_freeze(given)
    assert may_freeze(grants("GRANT FLUSH_TABLES ON *.* TO `a`@`%`"))
