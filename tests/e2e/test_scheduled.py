"""A policy's schedule and retention in a running Airflow: by the clock, through pools, with events, to the gate."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import yaml
from sqlalchemy import select
from sqlalchemy.orm import Session

from cadangan import paths
from cadangan.core.choices import DestructionChoice
from cadangan.core.states import Status
from cadangan.demo.airflow import airflow
from cadangan.demo.mails import received
from cadangan.demo.stage import Stage
from cadangan.register import requests
from cadangan.register.models import Backup, Copy, Request
from cadangan.register.numbers import OFFICE_ZONE
from cadangan.register.session import open_register
from tests.config.contents import approval
from tests.e2e.office import RUNNING, api, call
from tests.services.airflow import running_stage

SCHEDULED = "scheduled_backup__malam"
RETENTION = "retention_with_gate"


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    """An Airflow whose policies.yaml gets a schedule for two servers, one of which has no connection."""
    with running_stage() as stage:
        _edit(stage.home.config / "assets.yaml", _another_server)
        _edit(stage.home.config / "policies.yaml", _in_two_minutes)
        _import_pools(stage)
        yield stage


def _edit(path: Path, change: Callable[[dict[str, Any]], None]) -> None:
    data = yaml.safe_load(path.read_text())
    change(data)
    path.write_text(yaml.safe_dump(data, allow_unicode=True))


def _another_server(data: dict[str, Any]) -> None:
    asset = {**data["servers"][0]["assets"][0], "name": "hilang", "database": "hilang", "asset_no": "AR-0009"}
    data["servers"].append({"name": "srv-lain", "engine": "postgres", "conn_id": "tidak_ada", "assets": [asset]})


def _in_two_minutes(data: dict[str, Any]) -> None:
    start = datetime.now(OFFICE_ZONE) + timedelta(minutes=2)
    data["policies"].append(
        {
            "name": "malam",
            "copies": ["utama"],
            "retention_days": 30,
            "limits": {"parallel_per_server": 1},
            "schedule": {
                "cron": [f"{start.minute} {start.hour} * * *"],
                "select": {"engines": ["postgres"]},
                "approval": approval(),
            },
        }
    )


def _import_pools(stage: Stage) -> None:
    """Make the pools as the documentation says, twice."""
    environment = os.environ | {
        paths.CONFIG_VARIABLE: str(stage.home.config),
        "PYTHONPATH": str(paths.ROOT / "plugins"),
    }
    command = [sys.executable, "-m", "cadangan", "schedule", "pools"]
    made = subprocess.run(command, env=environment, capture_output=True, check=True).stdout
    assert json.loads(made)["cadangan_srv-kepegawaian"]["slots"] == 1
    file = stage.home.airflow / "pools.json"
    file.write_bytes(made)
    for attempt in ("first", "second"):
        stage.airflow.run(f"pools-{attempt}", airflow("pools", "import", str(file)))


def until(stage: Stage, done: Callable[[], Any], what: str, seconds: float = 240) -> Any:
    limit = time.monotonic() + seconds
    while time.monotonic() < limit:
        stage.airflow.check()
        if found := done():
            return found
        time.sleep(0.5)
    raise AssertionError(f"{what} did not happen within {seconds} s")


def ended(stage: Stage, dag: str, run: str) -> str:
    state = until(
        stage, lambda: (now := api(stage, "admin").run_state(dag, run)) not in RUNNING and now, f"end of {run}"
    )
    assert isinstance(state, str)
    return state


def states(stage: Stage, dag: str, run: str) -> dict[str, str | None]:
    tasks = api(stage, "admin").tasks(dag, run)
    return {f"{t.task_id}[{t.map_index}]" if t.map_index >= 0 else t.task_id: t.state for t in tasks}


@contextmanager
def record(stage: Stage, dag: str, run: str) -> Iterator[tuple[Session, Request]]:
    with open_register(stage.register_url).transaction() as session:
        yield session, requests.by_run(session, dag, run)


@pytest.fixture(scope="module")
def run(stage: Stage) -> str:
    """The first run that the clock has started, once it has ended."""
    path = f"/api/v2/dags/{SCHEDULED}/dagRuns"
    until(stage, lambda: api(stage, "admin").knows(SCHEDULED), "the schedule's DAG")
    first = until(stage, lambda: call(stage, "GET", path)["dag_runs"], "the first scheduled run")[0]
    assert first["run_type"] == "scheduled"
    assert ended(stage, SCHEDULED, first["dag_run_id"]) == "failed"
    return str(first["dag_run_id"])


def test_the_clock_backs_up_what_it_can_and_the_run_says_what_failed(stage: Stage, run: str) -> None:
    found = states(stage, SCHEDULED, run)
    assert {task: state for task, state in found.items() if ".item_" in task} == {
        "execute.item_srv-kepegawaian.dump[0]": "success",
        "execute.item_srv-kepegawaian.checksum[0]": "success",
        "execute.item_srv-kepegawaian.rehearse[0]": "success",
        "execute.item_srv-lain.dump[0]": "failed",
        "execute.item_srv-lain.checksum[0]": "upstream_failed",
        "execute.item_srv-lain.rehearse[0]": "upstream_failed",
    }
    with record(stage, SCHEDULED, run) as (_, request):
        assert request.number.startswith("TJ-")
        assert (request.status, request.result) == (Status.DONE, "Berhasil sebagian")
        assert {item.asset: item.result for item in request.items} == {"simpeg": "Berhasil", "hilang": "Gagal"}
        (backup,) = [backup for item in request.items for backup in item.backups]
        assert {copy.digest_check for copy in backup.copies} == {"lulus"}
        number = request.number
    (mail,) = [mail for mail in received(stage.home.mails) if number in str(mail["Subject"])]
    assert "dc@diskominfo.example" in str(mail["To"])
    assert "hilang" in mail.get_body(("plain",)).get_content()


def test_dumps_took_the_slots_of_their_servers_pool(stage: Stage, run: str) -> None:
    tasks = call(stage, "GET", f"/api/v2/dags/{SCHEDULED}/dagRuns/{run}/taskInstances")["task_instances"]
    pools = {task["pool"] for task in tasks if task["task_id"].endswith(".dump")}
    assert pools == {"cadangan_srv-kepegawaian", "cadangan_srv-lain"}


def test_a_good_back_up_is_an_event_of_its_asset(stage: Stage, run: str) -> None:
    events = call(stage, "GET", "/api/v2/assets/events")["asset_events"]
    of_run = [event for event in events if event["source_run_id"] == run]
    assert [event["uri"] for event in of_run] == ["cadangan://srv-kepegawaian/simpeg"]


def test_what_is_past_its_time_goes_once_the_gate_lets_it(stage: Stage, run: str) -> None:
    second = api(stage, "admin").trigger(SCHEDULED, {})
    assert ended(stage, SCHEDULED, second) == "failed"
    with record(stage, SCHEDULED, run) as (session, request):
        (old,) = session.scalars(select(Backup).where(Backup.item_id.in_([item.id for item in request.items])))
        old.snapshot_at -= timedelta(days=40)
        files = [Path(urlsplit(copy.url).path) for copy in old.copies]

    retention = api(stage, "admin").trigger(RETENTION, {})
    gate = until(stage, lambda: api(stage, "admin").open_gates(RETENTION, retention), "the gate")[0]
    assert all(file.exists() for file in files)
    assert "Pemusnahan 1 cadangan" in gate.subject
    api(stage, "kasi").answer((RETENTION, retention), gate, DestructionChoice.APPROVE, {"note": "Sesuai"})

    assert ended(stage, RETENTION, retention) == "success", states(stage, RETENTION, retention)
    assert not any(file.exists() for file in files)
    with record(stage, RETENTION, retention) as (session, request):
        assert (request.number[:3], request.status) == ("PM-", Status.DONE)
        (gone,) = session.scalars(select(Backup).where(Backup.deleted_at.is_not(None)))
        assert gone.deleted_why == f"{request.number}: masa simpan berakhir"


def test_with_nothing_to_destroy_the_run_is_green(stage: Stage) -> None:
    run = api(stage, "admin").trigger("retention", {})
    assert ended(stage, "retention", run) == "success"
    then = states(stage, "retention", run)
    assert then.pop("close.kept") == "success"
    assert set(then.values()) == {"skipped"}


def switched_on(stage: Stage, dag: str) -> str:
    """Switch a DAG on that comes switched off, run it once, and return how that ended."""
    call(stage, "PATCH", f"/api/v2/dags/{dag}", {"is_paused": False})
    return ended(stage, dag, api(stage, "admin").trigger(dag, {}))


def test_a_lost_file_is_found_and_told_and_the_watcher_hears_that_all_runs(stage: Stage, run: str) -> None:
    _edit(stage.home.config / "policies.yaml", _watched)
    with open_register(stage.register_url).transaction() as session:
        kept = session.scalars(select(Backup).where(Backup.deleted_at.is_(None))).all()[-1]
        lost = Path(urlsplit(kept.copies[0].url).path)
    lost.unlink()
    assert switched_on(stage, "integrity_scan") == "success"
    assert switched_on(stage, "alerts") == "success"
    with open_register(stage.register_url).reading() as session:
        assert [Path(urlsplit(copy.url).path) for copy in session.scalars(select(Copy).where(Copy.missing != ""))] == [
            lost
        ]
    mails = {str(mail["Subject"]): mail for mail in received(stage.home.mails)}
    # Switching on may start a run by the clock, too; what a scan has on record already is no finding of the next one.
    alert = next(mail for subject, mail in mails.items() if "Salinan tidak ada – utama" in subject)
    assert "Sebanyak 1 berkas" in " ".join(alert.get_body(("plain",)).get_content().split())
    life = next(mail for subject, mail in mails.items() if "[Tanda hidup]" in subject)
    assert str(life["To"]) == "pengawas@diskominfo.example"


def _watched(data: dict[str, Any]) -> None:
    data["alerts"] = {"heartbeat_mail": ["pengawas@diskominfo.example"]}
