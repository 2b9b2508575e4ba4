"""What holds for every engine, wherever its client runs. A further engine adds a sample here, and no test."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from cadangan.backup.check import Checker, check_copy
from cadangan.backup.take import take_backup
from cadangan.config.assets import BY_PATH
from cadangan.core.states import Verdict
from cadangan.engines import ENGINES, engine
from cadangan.engines.contract import Login, Site
from cadangan.engines.postgres.clients import wheel_dir
from cadangan.errors import CadanganError
from tests.backup.builders import files, job_for, silent
from tests.engines.reached import WAYS, reached
from tests.services.mariadb import databases_on as mariadb_databases
from tests.services.mariadb import run as on_mariadb
from tests.services.postgres import databases_on
from tests.services.samples import run
from tests.stream.builders import KEY

# Another host does not look into this machine's Python packages by itself.
CLIENTS = (str(wheel_dir()),)
NOTHING = "tidak_ada"


@dataclass(frozen=True)
class Sample:
    """Something small to back up, and how to log in to it."""

    engine: str
    database: str
    login: Login = Login(None, None, "", "")  # noqa: RUF009 - frozen


@pytest.fixture
def postgres_sample(postgres_18) -> Iterator[Sample]:
    with databases_on(postgres_18) as new:
        target = new()
        run(target, "CREATE TABLE pegawai AS SELECT n, 'nama ' || n AS nama FROM generate_series(1, 100) AS n")
        yield Sample("postgres", target.database, Login(target.host, target.port, target.user, target.password))


@pytest.fixture
def mysql_sample(mariadb) -> Iterator[Sample]:
    with mariadb_databases(mariadb) as new:
        target = new()
        on_mariadb(target, "CREATE TABLE pegawai (n int PRIMARY KEY, nama text)")
        on_mariadb(target, "INSERT INTO pegawai VALUES (1, 'Siti'), (2, 'Budi')")
        yield Sample("mysql", target.database, Login(target.host, target.port, target.user, target.password))


@pytest.fixture
def sqlite_sample(tmp_path) -> Sample:
    path = tmp_path / "arsip.db"
    with sqlite3.connect(path) as connection:
        connection.executescript("CREATE TABLE naskah (isi); INSERT INTO naskah VALUES ('surat'), ('nota')")
    return Sample("sqlite", str(path))


@pytest.fixture
def files_sample(tmp_path) -> Sample:
    folder = tmp_path / "unggahan"
    folder.mkdir()
    (folder / "surat.pdf").write_bytes(b"isi" * 1000)
    return Sample("files", str(folder))


def knows(engine_name: str, way: dict[str, str]) -> bool:
    """Whether an engine can be reached so: no tunnel leads to files."""
    return way.get("via") != "tunnel" or engine_name not in BY_PATH


PAIRS = [(name, way) for name in ENGINES for way in WAYS if knows(name, WAYS[way])]


@pytest.fixture(params=PAIRS, ids=lambda pair: f"{pair[0]}, {pair[1]}")
def pair(request) -> tuple[str, str]:
    return request.param


@pytest.fixture
def sample(request, pair) -> Sample:
    return request.getfixturevalue(f"{pair[0]}_sample")


@pytest.fixture
def reach(pair, sample, sshd) -> Callable[..., AbstractContextManager[Site]]:
    """A function that gives the sample, or another `database`, within reach."""

    def to(database: str = sample.database) -> AbstractContextManager[Site]:
        return reached(sample.engine, database, sample.login, sshd, pair[1])

    return to


def job_at(site: Site, sample: Sample, folder: Path):
    return replace(job_for(site.target, folder), engine=engine(sample.engine), site=site, client_dirs=CLIENTS)


def test_an_inspection_finds_what_is_fit(reach, sample):
    with reach() as site:
        found = engine(sample.engine).inspect(site.target, CLIENTS, site.host)
    assert found.blockers == ()
    assert found.tables > 0
    assert found.size_bytes > 0
    assert found.predicted_bytes > 0
    assert found.dumps_with


def test_the_databases_of_a_server_or_folder_are_found(reach, sample):
    path = sample.engine in BY_PATH
    with reach(str(Path(sample.database).parent)) if path else reach() as site:
        found = engine(sample.engine).databases(site.target, site.host)
    assert sample.database in found.names
    assert not {"template1", "information_schema", "mysql"} & set(found.names)


def test_a_back_up_passes_every_check_and_says_what_it_holds(reach, sample, tmp_path):
    with reach() as site:
        job = job_at(site, sample, tmp_path / "vault")
        manifest = take_backup(job, silent)
    checks = check_copy(job.places[0], manifest, Checker(job.engine, CLIENTS, KEY))
    assert {verdict for part in checks for verdict in (part.digest, part.decrypt, part.contents)} == {Verdict.PASSED}
    assert manifest.inventory.tables or manifest.inventory.files
    assert manifest.source.engine == sample.engine
    assert all(part.name in manifest.codec.by_hand for part in manifest.artefacts)
    assert "KUNCI" in manifest.codec.by_hand
    assert engine(sample.engine).METHOD


def test_what_is_not_there_fails_and_leaves_nothing(reach, sample, tmp_path):
    with reach(f"{sample.database}_{NOTHING}") as site:
        job = job_at(site, sample, tmp_path / "vault")
        with pytest.raises(CadanganError, match=NOTHING):
            take_backup(job, silent)
    assert files(job) == set()


def test_a_copy_of_something_else_fails_the_check(reach, sample, tmp_path):
    """The check looks into the artefact, and does not take the manifest's word."""
    with reach() as site:
        job = job_at(site, sample, tmp_path / "vault")
        manifest = take_backup(job, silent)
    held = manifest.inventory
    other = held.model_copy(
        update={
            "tables": tuple(table.model_copy(update={"name": "lain"}) for table in held.tables),
            "files": held.files[:-1],
        }
    )
    checks = check_copy(
        job.places[0], manifest.model_copy(update={"inventory": other}), Checker(job.engine, CLIENTS, KEY)
    )
    looks_inside = sample.engine != "sqlite"  # its reader says why it does not
    assert any(part.contents == Verdict.FAILED for part in checks) == looks_inside
