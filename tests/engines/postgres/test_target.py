"""Credentials reach the client programs, and nobody else."""

import ctypes
import os
import stat
import time
from pathlib import Path

import psutil
import psycopg
import pytest

from cadangan.engines.postgres import Client, Target, choose, credentials, dump_command, inspect, open_snapshot
from cadangan.engines.postgres.own_server import PostgresServer
from cadangan.engines.postgres.queries import session
from cadangan.engines.postgres.target import connect
from cadangan.errors import EngineError, TargetUnreachable
from cadangan.hosts import local
from cadangan.hosts.command import Command
from tests.engines.postgres.dumping import run_as
from tests.services.postgres import debian_bin_dir, target_on
from tests.services.samples import role_on, run

PASSWORDS = [
    "plain",
    "with:colon",
    "back\\slash",
    "both\\:\\\\::",
    " spaces around ",
    "'quotes\"",
    "#hash",
    "*:*:*:*:x",
    "kata🔑sandi",
    "p@ss/word?%20&sslmode=require",
    "x" * 1000,
]


@pytest.mark.parametrize("password", PASSWORDS)
def test_any_password_opens_the_door(postgres_18: PostgresServer, password: str) -> None:
    superuser = target_on(postgres_18, "postgres")
    run(superuser, "DROP ROLE IF EXISTS pemegang")
    target = role_on(superuser, "pemegang", password)

    with connect(target) as connection:
        assert connection.info.user == "pemegang"
    client = choose(18, ())
    done = run_as(target, Command((client.program("pg_dump"), "--schema-only", "--no-password")))
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("password", ["two\nlines", "carriage\rreturn", "ends with\n"])
def test_a_line_break_in_a_password_is_refused_without_telling_it(password: str) -> None:
    target = Target("db", 5432, "budi", password, "simpeg")

    with pytest.raises(EngineError, match="line break") as caught, credentials(target):
        pass

    assert password not in str(caught.value)


def test_the_password_is_nowhere_but_in_a_private_file_that_goes(database: Target) -> None:
    with credentials(database) as env:
        path = Path(env["PGPASSFILE"])
        assert database.password in path.read_text()
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert path.stat().st_nlink == 0
        assert not any(database.password in value for value in env.values())

    assert not path.exists()
    assert database.password not in repr(database)
    assert database.password not in str(database)


def test_the_password_is_in_no_argument_and_no_environment_of_the_running_client(database: Target) -> None:
    run(database, "CREATE TABLE banyak AS SELECT n, repeat('x', 1000) FROM generate_series(1, 5000) AS n")
    with credentials(database) as env, open_snapshot(database, 10) as snapshot:
        client = choose(snapshot.server.major, ())
        with local.start(dump_command(client, env, snapshot.id, 10)) as process:
            # Not read to its end: the program still runs, blocked on its output.
            process.stdout.read(100_000)
            child = psutil.Process(process.pid)
            seen = [*child.cmdline(), *child.environ().values()]

    assert any("pg_dump" in word for word in seen)
    assert not any(database.password in word for word in seen)


def test_the_environment_of_this_process_does_not_divert_a_dump(
    database: Target, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("PGHOST", "PGDATABASE", "PGUSER", "PGSERVICE", "PGOPTIONS"):
        monkeypatch.setenv(name, "elsewhere")
    with credentials(database) as env:
        client = choose(18, ())
        done = local.run(Command((client.program("pg_dump"), "--schema-only", "--no-password"), env), 30)

    assert done.returncode == 0, done.stderr


def test_a_client_finds_its_password_although_airflow_shuts_its_tasks_against_looks_from_outside(
    postgres_debian: PostgresServer,
) -> None:
    target = target_on(postgres_debian, "postgres")
    client = choose(target_on_major(postgres_debian), (str(debian_bin_dir()),))
    child = os.fork()
    if child == 0:
        os._exit(_dump_as_an_airflow_task(target, client))

    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def target_on_major(server: PostgresServer) -> int:
    with psycopg.connect(server.dsn()) as connection:
        return connection.info.server_version // 10_000


def _dump_as_an_airflow_task(target: Target, client: Client) -> int:
    if os.geteuid() == 0:
        os.setgid(65534)
        os.setuid(65534)
    ctypes.CDLL(None).prctl(4, 0)  # PR_SET_DUMPABLE
    with credentials(target) as env:
        done = local.run(Command((client.program("pg_dump"), "--schema-only", "--no-password"), env), 30)
    return done.returncode


def test_two_targets_at_once_do_not_mix(postgres_18: PostgresServer, postgres_debian: PostgresServer) -> None:
    first, second = (target_on(server, "postgres") for server in (postgres_18, postgres_debian))
    with credentials(first) as one, credentials(second) as other:
        assert first.password in Path(one["PGPASSFILE"]).read_text()
        assert second.password in Path(other["PGPASSFILE"]).read_text()


def test_no_descriptor_is_left_open(database: Target) -> None:
    before = len(os.listdir("/proc/self/fd"))
    for _ in range(5):
        with credentials(database):
            pass

    assert len(os.listdir("/proc/self/fd")) == before


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"password": "salah"}, "password"),
        ({"port": 1}, "pg_hba.conf, firewall"),
        ({"database": "tidak ada"}, "tidak ada"),
        ({"host": "tidak-ada.invalid"}, "tidak-ada.invalid"),
        ({"options": {"sslmode": "require"}}, "SSL"),
    ],
)
def test_a_server_that_cannot_be_reached_is_said_with_what_to_do(
    postgres_18: PostgresServer, change: dict[str, object], told: str
) -> None:
    good = target_on(postgres_18, "postgres")
    target = Target(**{**good.__dict__, **change})

    with pytest.raises(TargetUnreachable, match="Airflow connection") as caught:
        inspect(target, ())

    assert told in str(caught.value)
    assert good.password not in str(caught.value)


def test_limits_of_the_account_do_not_reach_the_session(postgres: PostgresServer) -> None:
    superuser = target_on(postgres, "postgres")
    run(superuser, "DROP ROLE IF EXISTS terbatas")
    target = role_on(
        superuser,
        "terbatas",
        "x",
        [
            "ALTER ROLE {} SET statement_timeout = '200ms'",
            "ALTER ROLE {} SET idle_in_transaction_session_timeout = '200ms'",
            "ALTER ROLE {} SET search_path = public, pg_catalog",
        ],
    )

    with session(target) as connection:
        connection.execute("BEGIN")
        connection.execute("SELECT pg_sleep(0.4)")
        time.sleep(0.4)
        assert connection.execute("SHOW search_path").fetchone() == {"search_path": ""}
    with pytest.raises(psycopg.errors.QueryCanceled), connect(target) as connection:
        connection.execute("SELECT pg_sleep(0.4)")
