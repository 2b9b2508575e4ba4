"""What the manifest and the manual say about restoring by hand is true: it is done as it stands there."""

import os
import re
import subprocess
from pathlib import Path
from typing import NamedTuple

import pytest

from cadangan.backup.take import take_backup
from cadangan.core.manifest import Manifest
from cadangan.engines.postgres.own_server import PostgresServer
from tests.backup.builders import connected, job_for
from tests.conftest import ROOT
from tests.services.postgres import debian_bin_dir, running, target_on
from tests.stream.builders import KEY

MANUAL = (ROOT / "docs" / "how-to" / "restore-by-hand.md").read_text()
EXAMPLE = "simpeg_20261123T020000Z_BR-2026-00001_r1_i1"
STATEMENTS = (
    "CREATE ROLE simpeg",
    "CREATE ROLE pembaca",
    "CREATE DATABASE simpeg OWNER simpeg ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C' CONNECTION LIMIT 7 "
    "TEMPLATE template0",
    "ALTER DATABASE simpeg SET work_mem = '7MB'",
    "ALTER ROLE pembaca IN DATABASE simpeg SET work_mem = '8MB'",
    "REVOKE CONNECT ON DATABASE simpeg FROM PUBLIC",
    "GRANT CONNECT ON DATABASE simpeg TO pembaca",
    "COMMENT ON DATABASE simpeg IS 'DATABASE simpeg'",
)
OWN = """
SELECT
    pg_get_userbyid(d.datdba), pg_encoding_to_char(d.encoding), d.datcollate, d.datconnlimit,
    ARRAY(SELECT a::text FROM unnest(d.datacl) AS a ORDER BY 1),
    shobj_description(d.oid, 'pg_database'),
    ARRAY(
        SELECT s.setrole || ' ' || s.setconfig::text FROM pg_db_role_setting AS s
        WHERE s.setdatabase = d.oid AND s.setrole = 0
        UNION
        SELECT s.setrole::regrole || ' ' || s.setconfig::text FROM pg_db_role_setting AS s
        WHERE s.setdatabase = d.oid AND s.setrole <> 0
        ORDER BY 1
    )
FROM pg_database AS d WHERE d.datname = %s
"""


class Taken(NamedTuple):
    """A back-up with the key beside it, the server that it was taken of, and an empty one of the same version."""

    manifest: Manifest
    folder: Path
    source: PostgresServer
    empty: PostgresServer


@pytest.fixture(scope="module", params=[None, debian_bin_dir()], ids=["18", "debian"])
def taken(request, tmp_path_factory):
    # Its administrator needs no password, for the roles of the back-up bring passwords of their own.
    rules = tmp_path_factory.mktemp("aturan") / "pg_hba.conf"
    rules.write_text("host all all 127.0.0.1/32 trust\n")
    with running(request.param) as source, running(request.param, hba_file=str(rules)) as empty:
        with connected(target_on(source, "postgres")) as connection:
            for statement in STATEMENTS:
                connection.execute(statement)
        job = job_for(target_on(source, "simpeg"), tmp_path_factory.mktemp("gudang"), fill=True)
        manifest = take_backup(job, lambda progress: None)
        folder = Path(job.places[0].folder(job.asset))
        (folder / "key.txt").write_text(f"{KEY}\n")
        yield Taken(manifest, folder, source, empty)


def bash(taken, server, script):
    """Run `script` in the folder of the back-up, with the programs of `server`, and return what it printed."""
    environment = {
        "PATH": f"{server.bin_dir}:{os.environ['PATH']}",
        "PGHOST": server.host,
        "PGPORT": str(server.port),
        "PGUSER": server.user,
        "PGPASSWORD": server.password,
    }
    argv = ["bash", "-euc", script]
    done = subprocess.run(argv, cwd=taken.folder, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def sections():
    """The manual's commands, by the number of their section; 0 is what stands before the first one."""
    parts = re.split(r"^## \d+\..*$", MANUAL, flags=re.MULTILINE)
    return ["".join(re.findall(r"```sh\n(.*?)```", part, re.DOTALL)) for part in parts]


def manual(taken, *numbers):
    return "".join(sections()[number] for number in numbers).replace(EXAMPLE, taken.manifest.backup)


def own(server, database):
    """What belongs to a database itself."""
    with connected(target_on(server, "postgres")) as connection:
        return connection.execute(OWN, [database]).fetchone()


def rows(server, database):
    with connected(target_on(server, database)) as connection:
        return connection.execute(
            """SELECT (SELECT count(*) FROM pegawai), (SELECT count(*) FROM arsip."Surat Masuk")"""
        ).fetchone()


def password_of(server):
    with connected(target_on(server, "postgres")) as connection:
        return connection.execute("SELECT rolpassword FROM pg_authid WHERE rolname = current_user").fetchone()


@pytest.fixture
def clean(taken):
    """Leave the empty server as it was."""
    yield
    with connected(target_on(taken.empty, "postgres")) as connection:
        connection.execute("DROP DATABASE IF EXISTS simpeg")
        connection.execute("DROP ROLE IF EXISTS simpeg")
        connection.execute("DROP ROLE IF EXISTS pembaca")


@pytest.mark.usefixtures("clean")
def test_the_line_in_the_manifest_restores_the_database_with_all_that_is_its_own(taken):
    line = taken.manifest.codec.by_hand.partition(" (")[0]

    bash(taken, taken.empty, line.replace("KUNCI", "key.txt"))

    assert own(taken.empty, "simpeg") == own(taken.source, "simpeg")
    assert rows(taken.empty, "simpeg") == (2000, 3000)


@pytest.mark.usefixtures("clean")
def test_the_manual_restores_under_the_own_name(taken):
    printed = bash(taken, taken.empty, manual(taken, 0, 1, 2, 3, 4, 6))

    assert own(taken.empty, "simpeg") == own(taken.source, "simpeg")
    assert rows(taken.empty, "simpeg") == (2000, 3000)
    assert "2000\tpublic\tpegawai" in printed
    assert re.search(r"count\s+-+\s+2000\b", printed)


def test_the_manual_restores_under_another_name_beside_the_one_that_runs(taken):
    before = own(taken.source, "simpeg")

    bash(taken, taken.source, manual(taken, 0, 5))

    assert own(taken.source, "simpeg_pulih") == own(taken.source, "simpeg") == before
    assert rows(taken.source, "simpeg_pulih") == (2000, 3000)
    assert not (taken.folder / "archive").exists()


@pytest.mark.usefixtures("clean")
def test_the_manual_leaves_the_administrators_password_as_it_is(taken):
    with connected(target_on(taken.empty, "postgres")) as connection:
        connection.execute("ALTER ROLE postgres PASSWORD 'lain'")
    before = password_of(taken.empty)

    bash(taken, taken.empty, manual(taken, 0, 3))

    assert password_of(taken.empty) == before


def test_nothing_is_overwritten_where_the_database_is(taken):
    with pytest.raises(AssertionError, match='database "simpeg" already exists'):
        bash(taken, taken.source, manual(taken, 0, 4))
