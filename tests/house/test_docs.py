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
from tests.conftest import ROOT

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


def test_every_task_is_in_the_reference() -> None:
    bag = DagBag(dag_folder=str(ROOT / "dags"))
    tasks, groups = set(), set()
    for dag in bag.dags.values():
        tasks |= {task.task_id for task in dag.tasks if "_again" not in task.task_id}
        groups |= {name for name, child in dag.task_group.children.items() if isinstance(child, TaskGroup)}

    page = re.sub(
        r"## Connections.*?(?=^## |\Z)", "", (REFERENCE / "dag.md").read_text(), flags=re.DOTALL | re.MULTILINE
    )
    named = set(re.findall(r"^\| `([\w.]+)` \|", page, re.MULTILINE))
    assert named == tasks
    assert groups == {
        group for cell in re.findall(r"^\| (\*\*.+?) \|", page, re.MULTILINE) for group in re.findall(r"`(\w+)`", cell)
    }


def test_every_key_of_the_manifest_is_in_the_reference() -> None:
    assert set(Manifest.model_fields) <= first_column(REFERENCE / "vault.md")
