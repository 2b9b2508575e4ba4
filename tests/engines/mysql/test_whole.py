"""A whole back-up of a MariaDB database comes back as it was: rows, digests, and objects of every kind."""

from cadangan.backup.check import Checker, check_copy
from cadangan.backup.take import take_backup
from cadangan.core.states import Verdict
from tests.backup.builders import silent
from tests.engines.mysql.builders import came_back, fill, mysql_job
from tests.stream.builders import KEY


def facts(inventory):
    return {table.name: (table.rows, table.digest) for table in inventory.tables}


def named(inventory):
    return {(found.kind, found.name, found.owner, found.detail) for found in inventory.objects}


def test_everything_comes_back_and_the_copy_is_good(new_database, tmp_path):
    source, copy = fill(new_database()), new_database()
    job = mysql_job(source, tmp_path)

    manifest = take_backup(job, silent)
    again = came_back(job, manifest, copy)

    assert {table.digest_method for table in manifest.inventory.tables} == {"values"}
    assert facts(again) == facts(manifest.inventory)
    assert named(again) == named(manifest.inventory)
    parts = check_copy(job.places[0], manifest, Checker(job.engine, (), KEY))
    assert [(part.digest, part.decrypt, part.contents, part.reasons) for part in parts] == [
        (Verdict.PASSED,) * 3 + ((),)
    ] * 2
