"""The inspection tells officers what forbids a dump, and what to know before it."""

from dataclasses import replace

import pytest

from cadangan.backup.take import take_backup
from cadangan.core.naming import Kind
from cadangan.engines.mysql import inspect
from cadangan.errors import EngineError, TargetUnreachable
from tests.backup.builders import raw_of, silent
from tests.engines.mysql.builders import NEEDED, came_back, fill, mysql_job
from tests.services.mariadb import account_on, run


def said(target, word):
    found = inspect(target, ())
    return [sentence for sentence in (*found.blockers, *found.warnings) if word in sentence]


def test_what_is_there(new_database):
    found = inspect(fill(new_database()), ())
    assert found.server_version.startswith("10.") or "MariaDB" in found.server_version
    assert found.tables == 6
    assert found.encoding == "utf8mb4"
    assert 0 < found.predicted_bytes <= found.size_bytes
    assert found.dumps_with.startswith("mariadb-dump ")
    assert found.blockers == ()


def test_tables_without_transactions_are_announced(new_database):
    source = fill(new_database())
    (sentence,) = said(source, "tanpa transaksi")
    assert sentence.startswith("2 tabel (aria: Aria, lama: MyISAM) tanpa transaksi: aplikasi tidak dapat menulis")


def test_tables_without_transactions_can_be_refused(new_database, tmp_path):
    source = replace(fill(new_database()), options={"non_transactional": "refuse"})
    (blocker,) = inspect(source, ()).blockers
    assert "tidak memperkenankan penguncian" in blocker
    with pytest.raises(EngineError, match=r"tables without transactions \(aria, lama\)"):
        take_backup(mysql_job(source, tmp_path), silent)


def test_objects_whose_definer_is_gone_are_announced_and_dumped(new_database, tmp_path):
    source = fill(new_database())
    run(source, "CREATE DEFINER=`mantan pegawai`@`10.%` VIEW yatim AS SELECT 1 AS a")
    assert said(source, "mantan pegawai@10.%") == [
        "1 objek (yatim) dibuat oleh akun yang tidak ada lagi: mantan pegawai@10.%; sesudah pemulihan objek tersebut "
        "tidak dapat dipakai sebelum akun itu dibuat."
    ]
    manifest = take_backup(mysql_job(source, tmp_path), silent)
    (view,) = [found for found in manifest.inventory.objects if found.name == "yatim"]
    assert view.owner == "mantan pegawai@10.%"


def test_a_missing_reload_is_announced(new_database):
    reader = account_on(new_database(), "tanpa_reload", "x", *NEEDED[:2])
    assert "GRANT RELOAD ON *.* TO `tanpa_reload`@`%`" in said(reader, "RELOAD")[0]


def test_a_view_that_no_longer_opens_is_a_blocker(new_database, tmp_path):
    source = fill(new_database())
    run(source, "CREATE TABLE lenyap (id int)", "CREATE VIEW rusak AS SELECT id FROM lenyap", "DROP TABLE lenyap")
    (blocker,) = inspect(source, ()).blockers
    assert "1 tabel atau view tidak dapat dibuka server: rusak" in blocker
    with pytest.raises(EngineError, match="cannot open: rusak"):
        take_backup(mysql_job(source, tmp_path), silent)


def test_views_that_no_restore_makes_again_are_announced(new_database, tmp_path):
    source, copy = new_database(), new_database()
    run(
        source,
        "CREATE TABLE t (`\x01` int, a int)",
        "CREATE VIEW b AS SELECT a FROM t",
        "CREATE VIEW c AS SELECT a FROM b WITH CHECK OPTION",
    )
    assert said(source, "tidak dapat dipulihkan") == []
    came_back(job := mysql_job(source, tmp_path), take_backup(job, silent), copy)

    for view, statement in {
        "a": "CREATE VIEW a AS SELECT a FROM b WITH CHECK OPTION",
        "tanpa_nama": "CREATE VIEW tanpa_nama AS SELECT * FROM t",
    }.items():
        run(source, statement)
        (sentence,) = said(source, "tidak dapat dipulihkan")
        assert sentence.startswith(f"1 view ({view}) tidak dapat dipulihkan dari dump")
        job = mysql_job(source, tmp_path / view)
        with pytest.raises(AssertionError, match=r"ERROR 1(368|166)"):
            came_back(job, take_backup(job, silent), new_database())
        run(source, f"DROP VIEW {view}")


def test_tables_with_rows_elsewhere_and_versions_are_announced(new_database, tmp_path):
    source = new_database()
    run(
        source,
        "CREATE TABLE satu (id int) ENGINE=MyISAM",
        "CREATE TABLE gabung (id int) ENGINE=MRG_MyISAM UNION=(satu)",
        "CREATE TABLE berversi (id int) WITH SYSTEM VERSIONING",
        "INSERT INTO satu VALUES (1)",
    )
    assert "1 tabel dengan isi di tempat lain: gabung" in said(source, "tempat lain")[0]
    assert "(berversi: InnoDB) berversi sistem" in said(source, "berversi sistem")[0]
    manifest = take_backup(mysql_job(source, tmp_path), silent)
    assert [table.name for table in manifest.inventory.tables] == ["berversi", "satu"]


def test_a_wrong_password(new_database):
    with pytest.raises(TargetUnreachable, match="Access denied"):
        inspect(replace(new_database(), password="salah"), ())


def accounts_of(target, folder):
    job = mysql_job(target, folder)
    return raw_of(take_backup(job, silent), job.places[0], Kind.ACCOUNTS).decode()


def test_accounts_of_this_database_are_dumped_and_no_others(new_database, tmp_path):
    source, other = fill(new_database()), new_database()
    account_on(source, "aplikasi", "sandi", "SELECT, INSERT ON {d}.*", "EXECUTE ON PROCEDURE {d}.bersihkan")
    account_on(other, "orang_lain", "sandi", "SELECT ON {d}.*")
    run(source, "CREATE OR REPLACE ROLE pembaca", f"GRANT SELECT ON `{source.database}`.pegawai TO pembaca")
    run(source, "GRANT pembaca TO aplikasi@'%'", "SET DEFAULT ROLE pembaca FOR aplikasi@'%'")

    script = accounts_of(source, tmp_path)

    assert "CREATE USER IF NOT EXISTS `aplikasi`@`%` IDENTIFIED BY PASSWORD '*" in script
    assert f"GRANT SELECT, INSERT ON `{source.database}`.* TO `aplikasi`@`%`;" in script
    assert f"GRANT EXECUTE ON PROCEDURE `{source.database}`.`bersihkan` TO `aplikasi`@`%`;" in script
    assert "CREATE ROLE IF NOT EXISTS `pembaca`;" in script
    assert f"GRANT SELECT ON `{source.database}`.`pegawai` TO `pembaca`;" in script
    assert "GRANT `pembaca` TO `aplikasi`@`%`;" in script
    assert "orang_lain" not in script
    assert other.database not in script


def test_restoring_accounts_leaves_the_password_of_one_that_exists(new_database, tmp_path):
    source = new_database()
    account_on(source, "tetap", "lama", "SELECT ON {d}.*")
    script = accounts_of(source, tmp_path)
    grants = [line for line in script.splitlines() if line.startswith("GRANT")]
    assert grants
    assert not any("IDENTIFIED" in line for line in grants)
