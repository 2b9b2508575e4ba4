"""No password is seen by another account of the host, and none can break out of where it stands (F26, F27)."""

from dataclasses import replace

import psutil
import pytest
from psycopg import sql

from cadangan.backup.take import take_backup
from cadangan.engines.contract import Site
from cadangan.hosts import local
from tests.backup.builders import connected, enlarge
from tests.stream.builders import policy

HOSTILE = ["a:b\\c:*", "'; DROP TABLE pegawai; --", 'dua "kata" $(id) `id`', "-W --file=/tmp/x", "rahasia€#@%5C"]


def children_as_ps_shows_them():
    """Every argument and every environment variable of this process's descendants."""
    for process in psutil.Process().children(recursive=True):
        try:
            yield process.name(), " ".join([*process.cmdline(), *process.environ().values()])
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            continue


@pytest.mark.parametrize("password", HOSTILE)
def test_hostile_passwords_open_the_database_and_are_seen_nowhere(job, password):
    with connected(job.site.target) as connection:
        connection.execute("DROP ROLE IF EXISTS juru_cadang")
        connection.execute(sql.SQL("CREATE ROLE juru_cadang LOGIN SUPERUSER PASSWORD {}").format(password))
    enlarge(job.site.target, 10)
    seen = []
    job = replace(
        job,
        site=Site(replace(job.site.target, user="juru_cadang", password=password), local),
        policy=policy(progress_every=0.02),
    )
    manifest = take_backup(job, lambda progress: seen.extend(children_as_ps_shows_them()))
    assert "pg_dump" in {name for name, _ in seen}
    assert [shown for _, shown in seen if password in shown] == []
    assert password not in manifest.model_dump_json()
    assert password not in repr(job)
