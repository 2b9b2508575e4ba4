"""A server of one's own for rehearsals: behind a socket, as root and as another user, gone with its block."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import MySQLdb
import psutil
import pytest

from cadangan.engines import mysql
from cadangan.errors import ClientMissing, EngineError
from tests.conftest import ROOT
from tests.engines.mysql.manifests import manifest
from tests.services.mariadb import run

_STARTER = """
import sys
from pathlib import Path
from cadangan.engines import mysql
from tests.engines.mysql.manifests import manifest
with mysql.embedded(manifest(), (), Path(sys.argv[1])) as target:
    print(target.options["socket"], flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def folder():
    # The path of a socket must be short.
    with tempfile.TemporaryDirectory(prefix="cadangan-uji-") as name:
        yield Path(name)


def servers(folder: Path) -> list[psutil.Process]:
    """The processes that run in `folder`."""
    return [each for each in psutil.process_iter() if any(str(folder) in part for part in _cmdline(each))]


def _cmdline(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline() if process.name() == "mariadbd" else []
    except psutil.Error:
        return []


def test_it_listens_to_nobody_else(folder):
    with mysql.embedded(manifest(), (), folder) as target:
        (process,) = servers(folder)
        assert [each for each in process.net_connections() if each.family.name.startswith("AF_INET")] == []
        assert run(target, "SELECT @@skip_networking AS n", choose=False) == [{"n": 1}]
        assert target.database == "simpeg"
        with pytest.raises(MySQLdb.OperationalError):
            MySQLdb.connect(unix_socket=target.options["socket"], user=target.user, password="salah")


def test_it_is_gone_after_an_error(folder):
    def fail():
        with mysql.embedded(manifest(), (), folder):
            assert len(servers(folder)) == 1
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert servers(folder) == []


def test_its_administrators_password_lies_nowhere(folder):
    with mysql.embedded(manifest(), (), folder) as target:
        secret = target.password.encode()
        (process,) = servers(folder)
        assert not any(secret in part.encode() for part in process.cmdline())
        assert not any(secret in path.read_bytes() for path in folder.iterdir() if path.is_file())


@pytest.mark.parametrize("signal_name", ["kill", "terminate"])
def test_it_dies_with_its_starter(folder, signal_name):
    with subprocess.Popen(
        [sys.executable, "-c", _STARTER, str(folder)],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": f"{ROOT}:{ROOT / 'plugins'}"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as starter:
        starter.stdout.readline()
        (server,) = servers(folder)
        getattr(starter, signal_name)()
        starter.wait()
    _, alive = psutil.wait_procs([server], timeout=20)
    assert alive == []


@pytest.mark.skipif(os.geteuid() != 0, reason="Only root can become another user.")
def test_it_runs_as_an_ordinary_user_too(folder):
    """As root it does in all the other tests here."""
    shutil.chown(folder, "nobody", "nogroup")
    argv = ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups", sys.executable, "-c", _STARTER]
    with subprocess.Popen(
        [*argv, str(folder)],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": f"{ROOT}:{ROOT / 'plugins'}", "HOME": str(folder)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as starter:
        assert starter.stdout.readline().decode().strip() == str(folder / "s")
        (server,) = servers(folder)
        assert server.username() == "nobody"
        starter.stdin.close()
    limit = time.monotonic() + 20
    while servers(folder) and time.monotonic() < limit:
        time.sleep(0.05)
    assert servers(folder) == []


def test_a_path_that_is_too_long_for_a_socket_is_told(folder):
    with (
        pytest.raises(EngineError, match=r"restore\.staging_dir"),
        mysql.embedded(manifest(), (), folder / ("x" * 100)),
    ):
        pass


@pytest.mark.parametrize(
    ("version", "said"),
    [("99.1.0-MariaDB", r"MariaDB 99\.1 or later are installed.*mariadb-server"), ("8.0.36", "only for MariaDB")],
)
def test_what_it_cannot_be_for_is_told(folder, version, said):
    with pytest.raises(ClientMissing, match=said), mysql.embedded(manifest(version), (), folder):
        pass
