"""Every DAG file parses, defines the DAGs that are meant to be, and names only files that exist."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from airflow.dag_processing.dagbag import DagBag
from airflow.sdk import DAG

from cadangan.paths import CONFIG_VARIABLE
from tests.config import contents
from tests.conftest import ROOT
from tests.dags.schedules import config_with_schedule

DAG_IDS = {
    "alerts",
    "asset_discovery",
    "asset_review",
    "asset_review_overdue",
    "backup_request",
    "compliance_report",
    "integrity_scan",
    "late_notices",
    "late_reason",
    "restore_drill",
    "restore_request",
    "retention",
    "retention_with_gate",
    "scheduled_backup__default",
    "step_clock",
}


def bag_with(folder: Path, **policy: Any) -> DagBag:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(CONFIG_VARIABLE, str(config_with_schedule(folder, **policy)))
        return DagBag(dag_folder=str(ROOT / "dags"))


@pytest.fixture(scope="module")
def bag(tmp_path_factory: pytest.TempPathFactory) -> DagBag:
    """With the shipped configuration and a schedule."""
    return bag_with(tmp_path_factory.mktemp("config"))


@pytest.fixture(scope="module")
def dags(bag: DagBag) -> list[DAG]:
    return list(bag.dags.values())


def test_every_file_parses(bag: DagBag) -> None:
    assert bag.import_errors == {}


def test_the_dags_are_exactly_these(bag: DagBag) -> None:
    assert set(bag.dags) == DAG_IDS


def test_every_dag_is_described_tagged_and_owned(dags: list[DAG]) -> None:
    for dag in dags:
        assert dag.dag_display_name != dag.dag_id, dag.dag_id
        assert dag.doc_md, dag.dag_id
        assert dag.tags, dag.dag_id
        assert all(task.owner != "airflow" for task in dag.tasks), dag.dag_id


def test_every_task_has_a_name_that_an_officer_reads(dags: list[DAG]) -> None:
    nameless = [task.task_id for dag in dags for task in dag.tasks if task.task_display_name == task.task_id]

    assert nameless == []


def test_every_template_file_exists(dags: list[DAG]) -> None:
    # A missing file does not fail the parsing: the field keeps the file's name.
    unresolved = []
    for dag in dags:
        for task in dag.tasks:
            task.resolve_template_files()
            for field in task.template_fields:
                value = getattr(task, field, None)
                if isinstance(value, str) and value.endswith(tuple(task.template_ext or ())) and task.template_ext:
                    unresolved.append(f"{task.task_id}.{field} = {value}")

    assert unresolved == []


def test_no_document_and_no_mail_is_on_the_way_to_a_back_up_or_its_confirmation(bag: DagBag) -> None:
    dag = bag.dags["backup_request"]
    before = dag.get_task("confirm_again.gate").get_flat_relative_ids(upstream=True)

    assert "execute_again.item.dump" in before
    assert {task for task in before if task.endswith((".document", ".notify"))} == set()


def test_who_decides_is_told_also_when_the_document_failed(bag: DagBag) -> None:
    dag = bag.dags["backup_request"]
    carrying = [dag.get_task(task_id) for task_id in ("plan.notify", "confirm.notify", "confirm_again.notify")]

    for task in carrying:
        assert {other for other in task.upstream_task_ids if other.endswith(".document")}, task.task_id
        assert task.trigger_rule == "all_done", task.task_id


@pytest.mark.parametrize("dag_id", ["backup_request", "restore_request"])
def test_a_request_is_never_started_by_a_clock(bag: DagBag, dag_id: str) -> None:
    dag = bag.dags[dag_id]

    assert dag.timetable.can_be_scheduled is False
    assert dag.catchup is False


def test_nothing_is_restored_before_both_gates_nor_served_before_it_is_compared(bag: DagBag) -> None:
    dag = bag.dags["restore_request"]
    before = dag.get_task("execute.item.restore").get_flat_relative_ids(upstream=True)

    assert {"verify.gate", "plan.gate", "plan.freeze", "execute.item.save"} <= before
    assert dag.get_task("execute.item.serve").upstream_task_ids == {"execute.item.restore", "plan.freeze"}
    assert {task for task in before if task.endswith((".document", ".notify"))} == set()


def test_what_does_not_conform_is_taken_back_before_it_is_restored_again(bag: DagBag) -> None:
    dag = bag.dags["restore_request"]

    assert "confirm.gate" in dag.get_task("take_back.settle").upstream_task_ids
    assert "take_back.settle" in dag.get_task("execute_again.window").upstream_task_ids
    assert dag.get_task("close.conclude").upstream_task_ids == {"close.settle"}


def test_without_a_schedule_no_policy_has_a_dag() -> None:
    assert not [dag_id for dag_id in DagBag(dag_folder=str(ROOT / "dags")).dags if dag_id.startswith("scheduled_")]


def test_a_schedule_runs_by_its_crons_at_the_office_one_run_at_a_time(bag: DagBag) -> None:
    dag = bag.dags["scheduled_backup__default"]
    (cron,) = dag.timetable.timetables

    assert (cron.expression, str(cron.timezone)) == ("0 22 * * *", "Asia/Jakarta")
    assert (dag.catchup, dag.max_active_runs, dag.start_date) == (False, 1, None)


def test_a_scheduled_item_goes_through_what_a_letters_item_goes_through(bag: DagBag) -> None:
    def item(dag_id: str) -> list[str]:
        tasks = [task for task in bag.dags[dag_id].tasks if task.task_id.startswith("execute.item.")]
        return [f"{type(task).__name__} {task.task_id}" for task in tasks]

    assert item("scheduled_backup__default") == item("backup_request")


def test_a_limit_gives_every_server_its_pool(tmp_path: Path) -> None:
    two = bag_with(tmp_path, limits={"parallel_per_server": 2}).dags["scheduled_backup__default"]

    pools = {task.task_id: task.pool for task in two.tasks if task.pool != "default_pool"}
    assert pools == {"execute.item_srv-kepegawaian.dump": "cadangan_srv-kepegawaian"}


def test_two_windows_are_two_crons(tmp_path: Path) -> None:
    windows = [{"days": ["saturday"], "start": "20:00", "end": "06:00"}, {"start": "23:00", "end": "04:00"}]
    given = contents.schedule(cron=[], windows=windows)
    dag = bag_with(tmp_path, schedule=given).dags["scheduled_backup__default"]

    assert [cron.expression for cron in dag.timetable.timetables] == ["0 20 * * sat", "0 23 * * *"]
    assert all(cron.interval == timedelta() for cron in dag.timetable.timetables)
