"""The docs speak of what is there: links lead somewhere, and the references are complete."""

import re
from pathlib import Path

import pytest
import typer
from airflow.dag_processing.dagbag import DagBag
from airflow.sdk.definitions.taskgroup import TaskGroup

from cadangan.cli import app
from cadangan.core.manifest import Manifest
from cadangan.core.states import Result, Status, Verdict
from cadangan.paths import CONFIG_VARIABLE
from tests.conftest import ROOT
from tests.dags.schedules import config_with_schedule

PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md")])
REFERENCE = ROOT / "docs" / "reference"


def first_column(page: Path) -> set[str]:
    """Return the words in code style in the first column of the page's tables."""
    cells = re.findall(r"^\| ([^|]+) \|", page.read_text(), re.MULTILINE)
    return {word for cell in cells for word in re.findall(r"`([^`]+)`", cell)}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_to_a_file(page: Path) -> None:
    targets = re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text())

    assert [target for target in targets if not (page.parent / target).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_make_target_that_is_named_exists(page: Path) -> None:
    known = set(re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = re.findall(r"(?:^|`)make ([a-z]+)", page.read_text(), re.MULTILINE)

    assert set(named) <= known


def test_every_command_is_in_the_reference() -> None:
    root = typer.main.get_command(app)
    commands = set()
    for name, command in root.commands.items():
        commands |= {f"{name} {sub}" for sub in getattr(command, "commands", ())} or {name}

    assert first_column(REFERENCE / "cli.md") == commands


def test_every_status_result_and_verdict_is_in_the_reference() -> None:
    words = {member.value for kind in (Status, Result, Verdict) for member in kind}

    assert first_column(REFERENCE / "statuses.md") == words


def test_every_task_is_in_the_reference(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(CONFIG_VARIABLE, str(config_with_schedule(tmp_path)))
    bag = DagBag(dag_folder=str(ROOT / "dags"))
    sections = dict(
        re.findall(r"^## `(\w+)`\n(.*?)(?=^## |\Z)", (REFERENCE / "dag.md").read_text(), re.DOTALL | re.MULTILINE)
    )
    assert set(sections) == set(bag.dags)
    for dag_id, dag in bag.dags.items():
        tasks = {task.task_id for task in dag.tasks if "_again" not in task.task_id}
        groups = {name for name, child in dag.task_group.children.items() if isinstance(child, TaskGroup)}
        section = sections[dag_id]
        assert set(re.findall(r"^\| `([\w.]+)` \|", section, re.MULTILINE)) == tasks, dag_id
        cells = re.findall(r"^\| (\*\*.+?) \|", section, re.MULTILINE)
        assert {group for cell in cells for group in re.findall(r"`(\w+)`", cell)} == groups, dag_id


def test_every_key_of_the_manifest_is_in_the_reference() -> None:
    assert set(Manifest.model_fields) <= first_column(REFERENCE / "vault.md")
