"""`python -m cadangan restore` as a process of its own, where there is no Airflow, no register and no configuration."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import psycopg
import pyrage
import pytest

from cadangan import paths
from cadangan.core.naming import Kind, parse
from tests.backup.builders import connected
from tests.engines.files.trees import filled as filled_tree
from tests.engines.files.trees import job_of as tree_job
from tests.engines.files.trees import seen
from tests.engines.sqlite.conftest import filled
from tests.engines.sqlite.conftest import job_of as sqlite_job
from tests.engines.sqlite.test_backup import dump_of
from tests.restore.builders import SAMPLE, Stored, run, stored, value
from tests.restore.by_path import taken
from tests.services.postgres import databases_on, postgres_18, target_on
from tests.stream.builders import KEY

__all__ = ["postgres_18"]
WITHOUT_AIRFLOW = "import sys; sys.modules['airflow'] = None; from cadangan.cli import main; main()"
NEW = "pulih_baru"


class Here:
    """A back-up in a folder of any name, its key, and a server to restore to."""

    def __init__(self, backup: Stored, folder: Path, server) -> None:
        self.backup = backup
        self.server = server
        self.folder = Path(shutil.copytree(backup.job.places[0].folder(backup.job.asset), folder / "dari diska"))
        self.home = folder
        self.key = folder / "key.txt"
        self.key.write_text(f"# created: 2026\n# public key: age1…\n{KEY}\n")
        self.manifest = self.folder / parse(backup.manifest.backup).manifest()

    def target(self, database: str = NEW) -> str:
        return f"postgresql://{self.server.user}@{self.server.host}:{self.server.port}/{database}"

    def file(self, kind: Kind = Kind.DUMP) -> Path:
        return self.folder / self.backup.artefact(kind).name

    def restore(self, *options: str, **settings: str) -> subprocess.CompletedProcess[str]:
        # Of an option that is given twice the last one counts.
        given = ("--manifest", str(self.manifest), "--identity", str(self.key), "--target", self.target())
        env = {"PATH": os.environ["PATH"], "HOME": str(self.home), "PYTHONPATH": str(paths.ROOT / "plugins")}
        env |= settings or {"CADANGAN_TARGET_PASSWORD": self.server.password}
        return subprocess.run(
            [sys.executable, "-c", WITHOUT_AIRFLOW, "restore", *given, *options],
            env=env,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )

    def databases(self) -> set[str]:
        with connected(target_on(self.server, "postgres")) as connection:
            return {name for (name,) in connection.execute("SELECT datname FROM pg_database")}


@pytest.fixture(scope="module")
def source(postgres_18):
    with databases_on(postgres_18) as new:
        made = new()
        run(made, SAMPLE)
        yield made


@pytest.fixture
def here(source, postgres_18, tmp_path):
    yield Here(stored(source, tmp_path / "gudang"), tmp_path, postgres_18)
    run(target_on(postgres_18, "postgres"), f"DROP DATABASE IF EXISTS {NEW} (FORCE)")


def test_a_back_up_is_restored_into_a_new_database_and_compared(here):
    done = here.restore()

    assert done.returncode == 0, done.stderr
    assert f"{here.backup.manifest.backup} was restored to" in done.stdout
    assert "All that was compared is as the manifest says." in done.stdout
    assert "dump: " in done.stderr
    assert here.server.password not in done.stdout + done.stderr
    assert value(target_on(here.server, NEW), "SELECT count(*) FROM pegawai") == 500


def test_an_empty_database_is_taken_and_one_that_holds_something_is_left_alone(here):
    admin = target_on(here.server, "postgres")
    run(admin, f"CREATE DATABASE {NEW} TEMPLATE template0 ENCODING 'UTF8'")

    first, again = here.restore("--no-compare"), here.restore()

    assert (first.returncode, "manifest says" in first.stdout) == (0, False), first.stderr
    assert (again.returncode, again.stdout) == (2, "")
    assert "tidak kosong" in again.stderr
    assert "counts for nothing" not in again.stderr
    assert value(target_on(here.server, NEW), "SELECT count(*) FROM pegawai") == 500


def test_what_differs_from_the_manifest_is_printed_and_exits_with_1(here):
    inventory = here.backup.manifest.inventory
    (table,) = [each for each in inventory.tables if each.name == "pegawai"]
    others = [each for each in inventory.tables if each != table]
    wrong = inventory.model_copy(update={"tables": (table.model_copy(update={"rows": 501}), *others)})
    here.manifest.write_text(here.backup.manifest.model_copy(update={"inventory": wrong}).model_dump_json())

    done = here.restore()

    assert done.returncode == 1, done.stderr
    assert "Tabel public.pegawai memuat 500 baris; manifes mencatat 501 baris." in done.stdout
    assert "1 differences from the manifest." in done.stdout


def test_the_password_is_found_in_the_password_file(here):
    passwords = here.home / "sandi"
    passwords.write_text(f"*:{here.server.port}:*:{here.server.user}:{here.server.password}\n")
    passwords.chmod(0o600)

    done = here.restore("--no-compare", PGPASSFILE=str(passwords))

    assert done.returncode == 0, done.stderr


def cut(here):
    here.file().write_bytes(here.file().read_bytes()[:-1])


def removed(here):
    here.file(Kind.GLOBALS).unlink()


def no_manifest(here):
    here.manifest.write_text("{}")


def another_key(here):
    here.key.write_text(str(pyrage.x25519.Identity.generate()))


def no_key(here):
    here.key.write_text("age-encryption.org/v1\n")


@pytest.mark.parametrize(
    ("change", "options", "said"),
    [
        (cut, (), "bytes instead of"),
        (removed, (), "is not there"),
        (no_manifest, (), "is not a manifest"),
        (another_key, (), "was encrypted for age1"),
        (no_key, (), "holds no line AGE-SECRET-KEY-"),
        (None, ("--manifest", "simpeg.json"), "is not named like a manifest"),
        (None, ("--identity", "/tidak/ada"), "cannot be read"),
        (None, ("--target", "mysql://root@localhost/x"), "fits no back-up of postgres"),
        (None, ("--target", f"postgresql://u:rahasia@h/{NEW}"), "list of processes"),
        (None, ("--target", "postgresql://u@h"), "names no database"),
        (None, ("--target", "postgresql://u@h:x/y"), "fits no back-up"),
        (None, ("--target", f"postgresql://u@127.0.0.1:1/{NEW}"), "Cannot connect"),
    ],
)
def test_what_is_refused_is_refused_before_anything_is_made(here, change, options, said):
    before = here.databases()
    if change:
        change(here)

    done = here.restore(*options)

    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert "rahasia" not in done.stderr
    assert "counts for nothing" not in done.stderr
    assert here.databases() == before


def test_a_wrong_password_is_refused(here):
    done = here.restore(CADANGAN_TARGET_PASSWORD="salah")

    assert (done.returncode, "password authentication failed" in done.stderr) == (2, True)


def test_a_flipped_byte_is_found_and_what_there_is_counts_for_nothing(here):
    content = bytearray(here.file().read_bytes())
    content[len(content) // 2] ^= 1
    here.file().write_bytes(content)

    done = here.restore()

    assert (done.returncode, done.stdout) == (2, "")
    assert "SHA-256 recorded" in done.stderr
    assert "counts for nothing" in done.stderr
    with pytest.raises(psycopg.errors.UndefinedTable):
        value(target_on(here.server, NEW), "SELECT count(*) FROM pegawai")


def test_the_manual_is_followed_as_it_stands(here):
    manual = (paths.ROOT / "docs" / "how-to" / "restore-by-hand.md").read_text()
    (command,) = re.findall(r"```text\n(python -m cadangan restore .*?)```", manual, re.DOTALL)
    here.folder.rename(here.home / "simpeg")
    command = re.sub(r"simpeg_\d{8}T\S*", here.manifest.name, command).replace("/media/usb/", "")
    command = re.sub(r"postgresql://\S*", here.target(), command)
    env = {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}", "PYTHONPATH": str(paths.ROOT / "plugins")}
    env |= {"CADANGAN_TARGET_PASSWORD": here.server.password}

    done = subprocess.run(
        ["bash", "-euc", command], cwd=here.home, env=env, capture_output=True, text=True, check=False
    )

    assert (done.returncode, "as the manifest says" in done.stdout) == (0, True), done.stderr


def of(job, folder, server) -> Here:
    return Here(taken(job), folder, server)


def test_a_sqlite_database_is_restored_into_a_new_file(tmp_path, postgres_18):
    path = filled(tmp_path / "data" / "arsip.db")
    here = of(sqlite_job(path, tmp_path / "gudang"), tmp_path, postgres_18)

    done = here.restore("--target", str(tmp_path / "baru.db"))
    again = here.restore("--target", f"sqlite://{tmp_path}/baru.db")

    assert done.returncode == 0, done.stderr
    assert dump_of(tmp_path / "baru.db") == dump_of(path)
    assert (again.returncode, "tidak kosong" in again.stderr) == (2, True)


def test_a_file_tree_is_restored_whole_or_in_part(tmp_path, postgres_18):
    tree = filled_tree(tmp_path / "pohon")
    here = of(tree_job(tree, tmp_path / "gudang"), tmp_path, postgres_18)

    whole = here.restore("--target", str(tmp_path / "semua"), "--manifest", f"file://{here.manifest}")
    part = here.restore("--target", f"file://{tmp_path}/sebagian", "--only", "-rf", "--only", "./garis\\\\miring")
    none = here.restore("--target", str(tmp_path / "tiada"), "--only", "tiada")

    assert (whole.returncode, part.returncode, none.returncode) == (0, 0, 2), whole.stderr + part.stderr
    assert seen(tmp_path / "semua") == seen(tree)
    assert {path.name for path in (tmp_path / "sebagian").iterdir()} == {"-rf", "garis\\miring"}
    assert "tidak memuat tiada" in none.stderr
    assert not (tmp_path / "tiada").exists()


def test_a_database_is_not_restored_in_part(here):
    done = here.restore("--only", "pegawai")

    assert (done.returncode, "as a whole" in done.stderr) == (2, True)
