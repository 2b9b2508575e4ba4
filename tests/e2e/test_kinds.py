"""One letter for a whole application: databases of three kinds and its files, by tunnel and on another host."""

import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from cadangan.core.states import Status
from cadangan.demo.stage import Stage
from cadangan.engines.postgres.clients import wheel_dir
from tests.e2e.office import Letter
from tests.services.mariadb import MariadbServer, account_on, databases_on, run
from tests.services.mariadb import running as running_mariadb
from tests.services.sshd import Sshd, running_sshd

BUNDLE = "simpeg-lengkap"
THERE = {"ssh_conn_id": "ssh_app", "via": "remote"}
TUNNEL = {"ssh_conn_id": "ssh_app", "via": "tunnel"}
GRANTS = (
    "SELECT, SHOW VIEW, TRIGGER, EVENT, LOCK TABLES ON {d}.*",
    "SELECT ON mysql.*",
    "RELOAD, PROCESS ON *.*",
)


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sshd]:
    with running_sshd(tmp_path_factory.mktemp("sshd")) as server:
        yield server


@pytest.fixture(scope="module")
def mariadb() -> Iterator[MariadbServer]:
    with running_mariadb() as server:
        yield server


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What lies on the application's host: a SQLite file and uploads."""
    folder = tmp_path_factory.mktemp("aplikasi")
    with sqlite3.connect(folder / "naskah.db") as connection:
        connection.executescript("CREATE TABLE naskah (isi); INSERT INTO naskah VALUES ('surat'), ('nota'), ('telaah')")
    (folder / "unggahan" / "2026").mkdir(parents=True)
    (folder / "unggahan" / "2026" / "sk pensiun.pdf").write_bytes(b"isi" * 5000)
    return folder


@pytest.fixture(scope="module")
def application(stage: Stage, host: Sshd, mariadb: MariadbServer, folder: Path) -> Iterator[str]:
    """The name of the bundle, registered for this module."""
    files = {name: stage.home.config / f"{name}.yaml" for name in ("assets", "policies")}
    files["connections"] = stage.home.connections
    before = {path: path.read_text() for path in files.values()}
    with databases_on(mariadb) as new:
        target = new()
        run(target, "CREATE TABLE pegawai (n int PRIMARY KEY, nama text)", "INSERT INTO pegawai VALUES (1, 'Siti')")
        run(target, "CREATE VIEW nama AS SELECT nama FROM pegawai")
        account = account_on(target, "cadangan", "rahasia-mariadb", *GRANTS)
        connections = json.loads(before[stage.home.connections])
        connections["my_app"] = login("mysql", account.host, account.port, account.user, account.password)
        connections["ssh_app"] = login("ssh", host.host, host.port, host.user) | {"extra": host.extra()}
        stage.home.connections.write_text(json.dumps(connections))
        assets = yaml.safe_load(before[files["assets"]])
        register(assets, target.database, folder)
        files["assets"].write_text(yaml.safe_dump(assets, allow_unicode=True))
        policies = yaml.safe_load(before[files["policies"]]) | {"client_dirs": [str(wheel_dir())]}
        files["policies"].write_text(yaml.safe_dump(policies, allow_unicode=True))
        yield BUNDLE
    for path, text in before.items():
        path.write_text(text)


def login(kind: str, host: str, port: int, user: str, password: str | None = None) -> dict[str, Any]:
    return {"conn_type": kind, "host": host, "port": port, "login": user, "password": password}


def register(assets: dict[str, Any], mariadb_database: str, folder: Path) -> None:
    """Move SIMPEG behind the other host, and add what else belongs to it."""
    assets["servers"][0] |= THERE
    servers = (
        ("srv-mariadb", "mysql", {"conn_id": "my_app"} | TUNNEL, "absensi", mariadb_database),
        ("srv-naskah", "sqlite", {"ssh_conn_id": "ssh_app"}, "naskah", str(folder / "naskah.db")),
        ("srv-unggahan", "files", {"ssh_conn_id": "ssh_app"}, "unggahan", str(folder / "unggahan")),
    )
    for name, engine, way, asset, database in servers:
        item = {"name": asset, "application": "SIMPEG", "database": database, "owner": "BKPSDM"}
        assets["servers"].append({"name": name, "engine": engine, **way, "assets": [item]})
    members = ["simpeg", *(asset for *_, asset, _ in servers)]
    assets["bundles"] = [{"name": BUNDLE, "application": "SIMPEG seutuhnya", "assets": members}]


@pytest.fixture(scope="module")
def done(stage: Stage, application: str) -> Letter:
    letter = Letter(stage, items=[application]).verify().plan().confirm()
    assert letter.end() == "success", (letter.states(), letter.log("execute.item.dump"))
    return letter


def test_a_letter_for_an_application_backs_up_all_that_belongs_to_it(done: Letter) -> None:
    with done.record() as (_, request):
        assert (request.status, request.result) == (Status.DONE, "Berhasil")
        made = {item.asset: item.backups for item in request.items}
        assert set(made) == {"simpeg", "absensi", "naskah", "unggahan"}
        for (backup,) in made.values():
            for copy in backup.copies:
                assert (copy.digest_check, copy.decrypt_check, copy.contents_check) == ("lulus", "lulus", "lulus")


def test_each_manifest_says_what_was_there(done: Letter, folder: Path) -> None:
    with done.record() as (_, request):
        held = {item.asset: item.backups[0].manifest["inventory"] for item in request.items}
    assert [(table["name"], table["rows"]) for table in held["absensi"]["tables"]] == [("pegawai", 1)]
    assert "nama" in {entry["name"] for entry in held["absensi"]["objects"]}
    assert [(table["name"], table["rows"]) for table in held["naskah"]["tables"]] == [("naskah", 3)]
    assert "./2026/sk pensiun.pdf" in {path for path, *_ in held["unggahan"]["files"]}
    assert sum(table["rows"] for table in held["simpeg"]["tables"]) > 50_000


def test_the_report_tells_officers_of_every_kind(done: Letter) -> None:
    report = done.document("report")
    for name in ("simpeg", "absensi", "naskah", "unggahan"):
        assert name in report


def test_no_secret_of_the_way_there_is_in_a_log_or_a_document(done: Letter) -> None:
    files = [*(done.stage.home.airflow / "logs").rglob("*"), *done.stage.home.documents.rglob("*")]
    assert [file for file in files if file.is_file() and b"rahasia-mariadb" in file.read_bytes()] == []
