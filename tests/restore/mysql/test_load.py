"""A restore beside the database that runs: all of the dump, with the accounts that the server lacks, or an error."""

import stat
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from cadangan.core.side_names import Purpose, new_side_name
from cadangan.engines import mysql
from cadangan.engines.contract import Site
from cadangan.engines.mysql import load as mysql_load
from cadangan.engines.mysql.clients import shell_for
from cadangan.errors import RestoreFailed, RestoreRefused
from cadangan.hosts import local
from cadangan.restore.load import load
from tests.restore.builders import restore_job
from tests.restore.mysql.builders import ANYWHERE, stored
from tests.services.mariadb import account_on, run


@pytest.fixture
def here(new_database, tmp_path):
    """A restore job, its back-up, and an empty database beside its source."""
    source = new_database()
    run(source, *ANYWHERE)
    backup = stored(source, tmp_path / "gudang")
    target = mysql.side(source, new_side_name(Purpose.SIDE, "simpeg", datetime.now(UTC)))
    mysql.create(target, backup.manifest)
    yield restore_job(backup, None, site=Site(source, local)), backup, target
    mysql.drop(target)


def grants_of(target, account):
    return [next(iter(each.values())) for each in run(target, f"SHOW GRANTS FOR {account}", choose=False)]


def test_all_of_it_lands_in_the_database_beside_and_nothing_in_the_other(here):
    job, backup, target = here
    run(job.site.target, "DROP VIEW daftar", "DROP FUNCTION jumlah", "DROP TRIGGER catat", "DELETE FROM `surat masuk`")

    load(job, target)

    kinds = {each.kind for each in mysql.take_stock(target, backup.manifest, "values").inventory.objects}
    assert {"view", "function", "procedure", "trigger"} <= kinds
    left = {each.kind for each in mysql.take_stock(job.site.target, backup.manifest, "off").inventory.objects}
    assert not {"view", "function", "trigger"} & left
    assert run(job.site.target, "SELECT COUNT(*) AS n FROM `surat masuk`") == [{"n": 0}]


def test_statistics_are_there_after_a_restore(here):
    job, _, target = here

    load(job, target)

    found = run(
        target, "SELECT table_name AS t, n_rows AS n FROM mysql.innodb_table_stats WHERE database_name = DATABASE()"
    )
    assert {"t": "pegawai", "n": 500} in found


def test_accounts_that_are_missing_are_made_with_what_they_may_do_on_the_new_database(new_database, tmp_path):
    source = new_database()
    run(source, *ANYWHERE)
    account_on(source, "siti; x", "rahasia", "SELECT, INSERT ON {d}.*", "UPDATE ON {d}.pegawai")
    account_on(source, "budi", "rahasia", "EXECUTE ON FUNCTION {d}.jumlah", "SELECT ON {d}.*")
    run(source, "CREATE OR REPLACE ROLE pembaca", "GRANT SELECT ON *.* TO pembaca", "GRANT pembaca TO `siti; x`@`%`")
    backup = stored(source, tmp_path / "gudang")
    before = grants_of(source, "budi@'%'")
    run(source, "DROP USER `siti; x`@`%`", "DROP ROLE pembaca")
    target = mysql.side(source, new_side_name(Purpose.SIDE, "simpeg", datetime.now(UTC)))
    mysql.create(target, backup.manifest)
    try:
        load(restore_job(backup, None, site=Site(source, local)), target)

        escaped = target.database.replace("_", "\\_")
        made = grants_of(source, "`siti; x`@`%`")
        assert f"GRANT SELECT, INSERT ON `{escaped}`.* TO `siti; x`@`%`" in made
        assert f"GRANT UPDATE ON `{target.database}`.`pegawai` TO `siti; x`@`%`" in made
        assert "GRANT `pembaca` TO `siti; x`@`%`" in made
        assert grants_of(source, "budi@'%'") == before
        assert run(replace(target, user="siti; x", password="rahasia"), "SELECT COUNT(*) AS n FROM pegawai") == [
            {"n": 500}
        ]
    finally:
        mysql.drop(target)
        run(source, "DROP USER `siti; x`@`%`", "DROP USER budi@'%'", "DROP ROLE pembaca")


def test_a_place_that_is_not_empty_is_left_alone(here):
    job, _, target = here
    run(target, "CREATE TABLE pegawai (lama int)")

    with pytest.raises(RestoreRefused, match="not empty"):
        load(job, target)

    assert run(target, "SELECT COUNT(lama) AS n FROM pegawai") == [{"n": 0}]


def test_a_program_that_ends_well_and_complains_has_failed(here, tmp_path, monkeypatch):
    job, _, target = here
    client = shell_for("MariaDB", ())
    script = tmp_path / "mariadb"
    script.write_text(f'#!/bin/sh\n{client.path} "$@"\necho "ada yang aneh" >&2\n')
    script.chmod(script.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setattr(mysql_load, "shell_for", lambda *_: client.__class__(str(script), "MariaDB", client.version))

    with pytest.raises(RestoreFailed, match="ada yang aneh"):
        load(job, target)


def test_a_server_that_takes_no_packet_of_that_size_says_nothing_of_the_back_up(new_database, tmp_path):
    source = new_database()
    run(source, "CREATE TABLE t (isi longblob)", "INSERT INTO t VALUES (REPEAT('x', 3000000))")
    backup = stored(source, tmp_path / "gudang")
    target = mysql.side(source, new_side_name(Purpose.SIDE, "simpeg", datetime.now(UTC)))
    mysql.create(target, backup.manifest)
    (before,) = run(source, "SELECT @@max_allowed_packet AS n")
    run(source, "SET GLOBAL max_allowed_packet = 1048576")
    try:
        with pytest.raises(RestoreRefused, match="did not take the dump"):
            load(restore_job(backup, None, site=Site(source, local)), target)
    finally:
        run(source, f"SET GLOBAL max_allowed_packet = {before['n']}")
        mysql.drop(target)


def test_an_account_that_may_not_make_accounts_says_nothing_of_the_back_up(new_database, tmp_path):
    source = new_database()
    run(source, *ANYWHERE)
    account_on(source, "siti", "rahasia", "SELECT ON {d}.*")
    backup = stored(source, tmp_path / "gudang")
    run(source, "DROP USER siti@'%'")
    target = mysql.side(source, new_side_name(Purpose.SIDE, "simpeg", datetime.now(UTC)))
    mysql.create(target, backup.manifest)
    poor = account_on(target, "penguji", "x", "ALL ON {d}.*", "SELECT ON `mysql`.*")
    try:
        with pytest.raises(RestoreRefused, match="accounts that the back-up needs could not be made"):
            load(restore_job(backup, None, site=Site(source, local)), poor)
    finally:
        mysql.drop(target)
        run(source, "DROP USER penguji@'%'", choose=False)


def test_a_script_of_accounts_that_lacks_one_fails(here):
    job, backup, target = here
    inventory = backup.manifest.inventory.model_copy(update={"roles": ("hilang@%",)})

    with pytest.raises(RestoreFailed, match="does not make hilang@%"):
        load(restore_job(backup.with_manifest(inventory=inventory), None, site=job.site), target)
