"""Whatever its database, schemas, tables, columns, role and password are called, a back-up comes back as it was."""

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st
from psycopg import sql

from cadangan.backup.take import take_backup
from cadangan.core.naming import Kind
from cadangan.engines.contract import Login
from cadangan.engines.postgres import Target, credentials
from cadangan.engines.postgres.own_server import PostgresServer
from cadangan.engines.postgres.target import connect
from cadangan.hosts import local
from cadangan.hosts.command import Command
from tests.backup.builders import job_for, raw_of, restored, silent
from tests.engines import hostile
from tests.engines.postgres.dumping import inventory_of
from tests.engines.reached import reached
from tests.services.postgres import databases_on, debian_bin_dir
from tests.services.samples import role_on, run
from tests.services.sshd import Sshd

_LONGEST = 63


def fits(name: str) -> bool:
    """Whether PostgreSQL takes it, for schemas and roles too."""
    return len(name.encode()) <= _LONGEST and not name.startswith("pg_") and name not in {"public", "none"}


NAMES = hostile.names(30, fits)
TABLES = st.lists(NAMES, min_size=1, max_size=5, unique=True)


def build(target: Target, name: str) -> None:
    run(
        target,
        sql.SQL("CREATE SCHEMA {n}; CREATE TABLE {n}.{n} AS SELECT {text} AS {n}").format(
            n=sql.Identifier(name), text=sql.Literal(name)
        ),
    )


def replay(target: Target, script: bytes) -> None:
    """Run the script of the roles with the real client, which goes on where one is there already."""
    with credentials(replace(target, database="postgres")) as env:
        done = local.run(Command((str(debian_bin_dir() / "psql"), "--no-psqlrc", "--quiet"), env), 60, script)
    assert done.returncode == 0, done.stderr


def assert_comes_back(server: PostgresServer, sshd: Sshd, way: str, called: hostile.Called) -> None:
    with databases_on(server) as make, TemporaryDirectory() as folder:
        source, copy = make(called.database), make()
        for name in called.names:
            build(source, name)
        dropped = sql.SQL("DROP ROLE IF EXISTS {}").format(sql.Identifier(called.user))
        account = role_on(source, called.user, called.password, ["ALTER ROLE {} SUPERUSER"])
        try:
            login = Login(account.host, account.port, account.user, account.password)
            with reached("postgres", called.database, login, sshd, way) as site:
                job = replace(job_for(source, Path(folder)), site=site)
                manifest = take_backup(job, silent)
            run(source, dropped)
            replay(source, raw_of(manifest, job.places[0], Kind.GLOBALS))
            connect(account).close()
        finally:
            run(source, dropped)
        restored(job, manifest, copy)
        again = inventory_of(copy)
    assert {table.name for table in again.tables} == set(called.names)
    assert again.tables == manifest.inventory.tables
    assert again.objects == manifest.inventory.objects


@pytest.mark.parametrize("number", hostile.some("there"))
def test_names_that_break_out_elsewhere_come_back_over_ssh(
    postgres_debian: PostgresServer, sshd: Sshd, number: int
) -> None:
    names = [*hostile.NAMES, "emoji 😀👩‍🚀", " spasi di tepi ", "a" * _LONGEST, "é" * (_LONGEST // 2)]
    assert_comes_back(postgres_debian, sshd, "there", hostile.called(number, names))


@hostile.FEW
@given(st.builds(hostile.Called, NAMES, NAMES, hostile.passwords(refused="\r\n"), TABLES))
def test_names_that_nobody_thought_of_come_back(
    postgres_debian: PostgresServer, sshd: Sshd, called: hostile.Called
) -> None:
    assert_comes_back(postgres_debian, sshd, "here", called)


@hostile.OVER_SSH
@given(st.builds(hostile.Called, NAMES, NAMES, hostile.passwords(refused="\r\n"), TABLES))
def test_names_that_nobody_thought_of_come_back_over_ssh(
    postgres_debian: PostgresServer, sshd: Sshd, called: hostile.Called
) -> None:
    assert_comes_back(postgres_debian, sshd, "there", called)
