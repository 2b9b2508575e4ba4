"""The starter of real servers, which the tests and the demonstration lean on."""

import os
import subprocess
import sys
import time
from pathlib import Path

import psutil
import psycopg
import pytest

from cadangan.engines.postgres.own_server import PostgresServer
from tests.services.postgres import running

_STARTER = """
import sys
from pathlib import Path
from cadangan.engines.postgres.own_server import FAST, PostgresServer
server = PostgresServer(Path(sys.argv[1]), settings=FAST).start()
print(server.pid, flush=True)
sys.stdin.read()
"""


def test_takes_the_superuser_with_the_password_only(postgres: PostgresServer) -> None:
    with psycopg.connect(postgres.dsn()) as connection:
        assert connection.execute("SHOW is_superuser").fetchone() == ("on",)

    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(postgres.dsn(), password="wrong")


def test_two_majors_are_at_hand(postgres_18: PostgresServer, postgres_debian: PostgresServer) -> None:
    majors = set()
    for server in (postgres_18, postgres_debian):
        with psycopg.connect(server.dsn()) as connection:
            majors.add(connection.info.server_version // 10000)

    assert len(majors) == 2


def test_keeps_data_and_password_over_a_restart() -> None:
    with running() as server:
        with psycopg.connect(server.dsn()) as connection:
            connection.execute("CREATE TABLE kept ()")
        server.stop()
        server.start()

        with psycopg.connect(server.dsn()) as connection:
            assert connection.execute("SELECT count(*) FROM kept").fetchone() == (0,)


def test_leaves_no_process_behind(tmp_path: Path) -> None:
    server = PostgresServer(tmp_path / "data").start()
    family = [psutil.Process(server.pid), *psutil.Process(server.pid).children(recursive=True)]

    server.stop()

    assert not any(process.is_running() for process in family)


def test_dies_with_a_starter_that_is_killed(tmp_path: Path) -> None:
    starter = subprocess.Popen(
        [sys.executable, "-c", _STARTER, str(tmp_path / "data")],
        env=os.environ | {"PYTHONPATH": "plugins"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    with starter:
        server = psutil.Process(int(starter.stdout.readline()))
        starter.kill()
    deadline = time.monotonic() + 20
    while server.is_running() and server.status() != psutil.STATUS_ZOMBIE and time.monotonic() < deadline:
        time.sleep(0.05)

    assert not server.is_running() or server.status() == psutil.STATUS_ZOMBIE
