"""`restore_request` in a running Airflow, as its users go through it."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
import yaml
from psycopg import sql
from psycopg.conninfo import make_conninfo

from cadangan.core.choices import ConfirmChoice, PlanChoice, VerifyChoice
from cadangan.core.states import Status
from cadangan.demo.stage import Stage
from tests.e2e.office import TICKS, Letter
from tests.services.airflow import running_stage

DAG = "restore_request"
RESTORER = "pg_pemulihan"
ROWS = "SELECT count(*) FROM kepegawaian.pegawai"


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    """An office whose policy names an account that restores, and where the planner's deputy is the verifier."""
    with running_stage() as stage:
        _let_restore(stage)
        yield stage


@pytest.fixture(scope="module")
def backed_up(stage: Stage) -> str:
    """The name of a back-up that a letter asked for."""
    letter = Letter(stage).verify().plan().confirm()
    assert letter.end() == "success", letter.states()
    return letter.backups()[0]


def _let_restore(stage: Stage) -> None:
    path = stage.home.config / "policies.yaml"
    rules = yaml.safe_load(path.read_text())
    rules["restore"] = {"targets": [{"server": "srv-kepegawaian", "conn_id": RESTORER}]}
    path.write_text(yaml.safe_dump(rules, allow_unicode=True))
    known = json.loads(stage.home.connections.read_text())
    password = (stage.home.postgres / "superuser.password").read_text().strip()
    known[RESTORER] = known["pg_srv_kepegawaian"] | {"login": "postgres", "password": password}
    stage.home.connections.write_text(json.dumps(known))


def asked(stage: Stage, **form: Any) -> Letter:
    return Letter(stage, dag=DAG, **{"letter_subject": "Permohonan Restore", "mode": "beside"} | form)


def rows(stage: Stage, database: str) -> int:
    password = (stage.home.postgres / "superuser.password").read_text().strip()
    with psycopg.connect(make_conninfo(stage.register_url, user="postgres", password=password, dbname=database)) as on:
        return on.execute(sql.SQL(ROWS)).fetchone()[0]


def test_a_letter_becomes_a_database_beside_the_old_one(stage: Stage, backed_up: str) -> None:
    letter = asked(stage, new_name="simpeg_pulih")
    letter.verify().plan().confirm()
    assert letter.end() == "success", letter.states()

    with letter.record() as (_, request):
        assert (request.service, request.status, request.result) == ("restore", Status.DONE, "Berhasil")
        kinds = {document.kind for document in request.documents}
        assert kinds == {"receipt", "disposition", "plan", "report", "report_public", "minutes", "minutes_public"}
        assert [row.by_user for row in request.decisions] == ["kabid", "kasi", "skpd"]
        (row,) = [row for item in request.items for row in item.restores]
        assert (row.verdict, row.database, row.accepted_at is not None) == ("lulus", "simpeg_pulih", True)
    assert rows(stage, "simpeg_pulih") == rows(stage, "simpeg") > 0
    states = letter.states()
    assert states["execute.item.save[0]"] == "skipped"
    assert {states[task] for task in states if task.startswith(("take_back", "execute_again"))} == {"skipped"}
    assert backed_up in letter.document("plan")
    assert "lulus" in letter.document("report")


def test_in_place_it_is_taken_back_and_repeated_when_it_does_not_conform(stage: Stage, backed_up: str) -> None:
    before = rows(stage, "simpeg")
    consent = {"consent_number": "800/9/BKPSDM", "consent_date": "2026-01-05", "typed_name": "simpeg"}
    letter = asked(stage, mode="in_place", **consent)
    letter.verify()
    refusal = letter.refused("plan.gate", "kabid", PlanChoice.APPROVE, **TICKS)
    assert "tidak memegang peran" in refusal.detail
    letter.plan()

    letter.confirm(ConfirmChoice.NOT_CONFORMING, note="Data tidak lengkap")
    letter.confirm(group="confirm_again")

    assert letter.end() == "success", letter.states()
    with letter.record() as (_, request):
        assert request.status == Status.DONE
        first, second = [row for item in request.items for row in item.restores]
        assert (first.rolled_back_at is not None, second.accepted_at is not None) == (True, True)
        assert len([backup for item in request.items for backup in item.backups]) == 2
    assert rows(stage, "simpeg") == rows(stage, second.kept) == rows(stage, first.side) == before


def test_a_letter_that_is_not_in_order_ends_at_the_register(stage: Stage, backed_up: str) -> None:
    letter = asked(stage, mode="in_place", typed_name="simpek")
    assert letter.end() == "failed"
    with letter.record() as (_, request):
        assert request.status == Status.REJECTED
        assert len(request.violations) == 3


def test_a_rejected_one_ends_green_and_nothing_is_restored(stage: Stage, backed_up: str) -> None:
    letter = asked(stage)
    letter.answer("verify.gate", "kabid", VerifyChoice.REJECT, note="Bukan kewenangan kami")
    assert letter.end() == "success", letter.states()
    assert {letter.states()[task] for task in letter.states() if task.startswith("execute")} == {"skipped"}
    assert Path(stage.home.root).exists()
