"""What the manual says about restoring MariaDB by hand is true: it is done as it stands there, on another server."""

import os
import re
import subprocess
from pathlib import Path

from cadangan.backup.take import take_backup
from cadangan.engines import mysql
from cadangan.engines.mysql.target import option_file
from tests.backup.builders import silent
from tests.conftest import ROOT
from tests.engines.mysql.builders import facts, fill, mysql_job, named
from tests.services.mariadb import account_on, databases_on, run, running, target_on
from tests.stream.builders import KEY

MANUAL = (ROOT / "docs" / "how-to" / "restore-by-hand.md").read_text()
EXAMPLE = "simpeg_20261123T020000Z_BR-2026-00001_r1_i1"


def section(number):
    """The commands of a section; 0 is what stands before the first one."""
    parts = re.split(r"^## \d+\..*$", MANUAL, flags=re.MULTILINE)
    return "".join(re.findall(r"```sh\n(.*?)```", parts[number], re.DOTALL))


def bash(folder, home, script):
    """Run `script` in the folder of a back-up, with the option file of `home`."""
    environment = {"PATH": os.environ["PATH"], "HOME": str(home)}
    argv = ["bash", "-euo", "pipefail", "-c", script]
    return subprocess.run(argv, cwd=folder, env=environment, capture_output=True, text=True, check=False)


def test_the_manual_restores_a_database_with_its_accounts_on_another_server(mariadb, tmp_path):
    with databases_on(mariadb) as make, running() as empty:
        source = fill(make("simpeg"))
        run(source, "CREATE PROCEDURE berkomentar() BEGIN\n-- penting\nSELECT 1; END")
        run(source, "CREATE TABLE bernomor (id bigint DEFAULT NEXTVAL(nomor))", "INSERT INTO bernomor VALUES (1)")
        account_on(source, "siti", "rahasia", "SELECT ON {d}.pegawai", "EXECUTE ON PROCEDURE {d}.berkomentar")
        run(source, "CREATE DEFINER=siti@'%' VIEW milik_siti AS SELECT nama FROM pegawai")
        job = mysql_job(source, tmp_path / "gudang")
        manifest = take_backup(job, silent)
        run(source, "DROP USER siti@'%'")
        folder, there = Path(job.places[0].folder(job.asset)), target_on(empty, "simpeg")
        (folder / "key.txt").write_text(f"{KEY}\n")
        (tmp_path / ".my.cnf").write_bytes(option_file(there, "MariaDB"))

        done = bash(folder, tmp_path, (section(0) + section(9)).replace(EXAMPLE, manifest.backup))

        assert done.returncode == 0, done.stderr
        stock = mysql.take_stock(there, manifest, "values")
        assert facts(stock.inventory) == facts(manifest.inventory)
        assert named(stock.inventory) == named(manifest.inventory)
        assert stock.faults == ()
        grants = run(there, "SHOW GRANTS FOR siti@'%'", choose=False)
        assert "GRANT SELECT ON `simpeg`.`pegawai` TO `siti`@`%`" in [next(iter(each.values())) for each in grants]
        (body,) = run(
            there, "SELECT ROUTINE_DEFINITION AS b FROM information_schema.ROUTINES WHERE ROUTINE_NAME LIKE 'berk%'"
        )
        assert "-- penting" in body["b"]


def test_a_dump_that_breaks_off_ends_well_by_hand_as_the_manual_warns(database, tmp_path):
    """Why the manual tells to look for the last line."""
    (tmp_path / ".my.cnf").write_bytes(option_file(database, "MariaDB"))

    done = bash(
        tmp_path, tmp_path, f"printf 'CREATE TABLE t (id int);\\nINSERT INTO t VAL' | mariadb {database.database}"
    )
    assert done.returncode == 1

    done = bash(tmp_path, tmp_path, f"printf 'CREATE TABLE u (id int)' | mariadb {database.database}")
    assert done.returncode == 0
    assert run(database, "SELECT COUNT(*) AS n FROM u") == [{"n": 0}]
