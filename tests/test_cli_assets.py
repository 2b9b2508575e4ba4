"""`assets check` as a user calls it, over Airflow's connections, with real servers."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from cadangan import paths
from cadangan.engines.postgres.clients import wheel_dir
from cadangan.engines.postgres.own_server import PostgresServer
from tests.services.postgres import databases_on, target_on
from tests.services.samples import run
from tests.services.sshd import Sshd, free_port, sshd
from tests.test_cli import OWN_RECIPIENT

__all__ = ["sshd"]

Checked = subprocess.CompletedProcess[str]
Check = Callable[..., Checked]


@pytest.fixture
def check(tmp_path: Path, postgres_18: PostgresServer, sshd: Sshd) -> Check:
    """Register one database and check it; the keywords are of its server in assets.yaml, of SSH and of the account."""

    def run_check(
        *options: str, command: str = "check", ssh: dict[str, Any] | None = None, user: str = "", **server: str
    ) -> Checked:
        asset = {"name": "simpeg", "application": "SIMPEG", "database": "postgres", "owner": "BKPSDM"}
        registered = {"name": "srv", "engine": "postgres", "conn_id": "pg", "assets": [asset]} | server
        destination = {"name": "utama", "url": (tmp_path / "gudang").as_uri()}
        policies = {
            "stream": {"recipients": [OWN_RECIPIENT]},
            "destinations": [destination],
            "documents_url": tmp_path.as_uri(),
            "client_dirs": [str(wheel_dir())],
            "policies": [{"name": "default", "copies": ["utama"]}],
        }
        (tmp_path / "assets.yaml").write_text(yaml.safe_dump({"servers": [registered]}))
        (tmp_path / "policies.yaml").write_text(yaml.safe_dump(policies))
        database = {
            "conn_type": "postgres",
            "host": postgres_18.host,
            "port": postgres_18.port,
            "login": user or postgres_18.user,
            "password": postgres_18.password,
        }
        host = {"conn_type": "ssh", "host": sshd.host, "port": sshd.port, "login": sshd.user, "extra": sshd.extra()}
        connections = {"AIRFLOW_CONN_PG": database, "AIRFLOW_CONN_SSH_DB": host | (ssh or {})}
        environment = os.environ | {name: json.dumps(fields) for name, fields in connections.items()}
        environment |= {"PYTHONPATH": str(paths.ROOT / "plugins"), "CADANGAN_CONFIG": str(tmp_path)}
        argv = [sys.executable, "-m", "cadangan", "assets", command, *options]
        return subprocess.run(argv, env=environment, capture_output=True, text=True, check=False)

    return run_check


def findings(checked: Checked) -> dict[str, dict[str, str]]:
    (asset,) = json.loads(checked.stdout)["assets"]
    return asset["findings"]


@pytest.mark.parametrize("mode", [{}, {"via": "tunnel"}, {"via": "remote"}])
def test_an_asset_that_can_be_backed_up_passes_in_every_mode(check: Check, mode: dict[str, str]) -> None:
    checked = check("--json", **({"ssh_conn_id": "ssh_db"} | mode if mode else {}))

    assert {name: found["verdict"] for name, found in findings(checked).items()} == dict.fromkeys(
        ("host", "server", "client", "privileges", "space"), "lulus"
    )
    assert (checked.returncode, json.loads(checked.stdout)["fit"]) == (0, True)


def test_the_table_names_the_asset_and_says_why_it_is_not_fit(check: Check) -> None:
    checked = check(ssh_conn_id="ssh_db", ssh={"port": free_port()})

    assert checked.returncode == 1
    assert "simpeg" in checked.stdout
    assert "simpeg, host: The SSH connection to" in checked.stdout


def test_a_host_whose_key_is_not_known_is_no_fit(check: Check, sshd: Sshd) -> None:
    checked = check("--json", ssh_conn_id="ssh_db", ssh={"extra": {"key_file": sshd.key_file}})

    assert checked.returncode == 1
    assert findings(checked)["host"]["verdict"] == "tidak lulus"
    assert findings(checked)["server"]["verdict"] == "tidak dijalankan"


def test_what_an_account_cannot_read_is_told(check: Check, postgres_18: PostgresServer) -> None:
    with databases_on(postgres_18):
        superuser = target_on(postgres_18, "postgres")
        run(superuser, f"CREATE ROLE sempit LOGIN PASSWORD '{postgres_18.password}'")
        run(superuser, "CREATE TABLE rahasia (n int)")
        try:
            checked = check("--json", user="sempit")
        finally:
            run(superuser, "DROP TABLE rahasia")
            run(superuser, "DROP ROLE sempit")

    assert checked.returncode == 1
    assert "GRANT pg_read_all_data" in findings(checked)["privileges"]["why"]
    assert findings(checked)["client"]["verdict"] == "lulus"


def test_discovery_tells_what_is_not_registered_and_exits_1(check: Check, postgres_18: PostgresServer) -> None:
    with databases_on(postgres_18) as new:
        name = new().database
        found = check("--json", command="discover")
    (server,) = json.loads(found.stdout)["servers"]
    assert name in server["unregistered"]
    assert server["vanished"] == []
    assert found.returncode == 1


def test_discovery_finds_everything_in_order_when_the_rest_is_ignored(check: Check) -> None:
    found = check(command="discover", ignore=["*"])
    assert found.returncode == 0, found.stderr
    assert "No database is unregistered" in found.stdout


def test_a_server_that_cannot_be_looked_at_is_not_in_order(check: Check) -> None:
    found = check(command="discover", user="nobody_there")
    assert found.returncode == 1
    assert "srv: " in found.stdout
