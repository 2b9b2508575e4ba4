"""Every DAG file parses, defines the DAGs that are meant to be, and names only files that exist."""

import pytest
from airflow.dag_processing.dagbag import DagBag
from airflow.sdk import DAG

from tests.conftest import ROOT

DAG_IDS = {"alerts", "backup_request", "integrity_scan"}


@pytest.fixture(scope="module")
def bag() -> DagBag:
    return DagBag(dag_folder=str(ROOT / "dags"))


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


def test_a_request_is_never_started_by_a_clock(bag: DagBag) -> None:
    dag = bag.dags["backup_request"]

    assert dag.timetable.can_be_scheduled is False
    assert dag.catchup is False
