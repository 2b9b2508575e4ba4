"""The locks pin everything, and every dependency that was chosen says why it is here."""

import ast
import re
import sys
from collections.abc import Iterator
from importlib.metadata import packages_distributions

import pytest

from tests.conftest import ROOT

# Distributions of their own that are parts of a chosen one: of Airflow, Jinja2 and Pydantic.
PARTS = {"airflow", "markupsafe", "pydantic_core"}
SETS = ("requirements", "requirements-test", "requirements-lint")


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def chosen(name: str) -> set[str]:
    lines = (ROOT / f"{name}.in").read_text().splitlines()
    return {canonical(match[0]) for line in lines if (match := re.match(r"[A-Za-z0-9][\w.-]*", line))}


def entries(name: str) -> Iterator[tuple[str, str, str]]:
    """Yield name, version and the rest of each entry of a lock."""
    text = (ROOT / f"{name}.txt").read_text().replace("\\\n", " ")
    for line in text.splitlines():
        if match := re.match(r"([\w.-]+)==(\S+)(.*)", line):
            yield canonical(match[1]), match[2], match[3]


@pytest.mark.parametrize("name", SETS)
def test_every_entry_of_a_lock_carries_hashes(name: str) -> None:
    assert list(entries(name))
    assert [entry for entry, _, rest in entries(name) if "--hash=sha256:" not in rest] == []


@pytest.mark.parametrize("name", SETS)
def test_every_chosen_package_is_locked(name: str) -> None:
    assert chosen(name) - {entry for entry, _, _ in entries(name)} == set()


@pytest.mark.parametrize("name", SETS)
def test_a_lock_names_no_place_to_download_from(name: str) -> None:
    text = (ROOT / f"{name}.txt").read_text()

    assert re.findall(r"--(?:extra-)?index-url|--find-links|\w+://", text) == []


def test_the_locks_agree_with_each_other() -> None:
    versions: dict[str, set[str]] = {}
    for name in SETS[1:]:
        for entry, version, _ in entries(name):
            versions.setdefault(entry, set()).add(version)
    for entry, version, _ in entries(SETS[0]):
        if entry in versions:
            versions[entry].add(version)

    assert {entry: found for entry, found in versions.items() if len(found) > 1} == {}


def test_every_chosen_package_says_why_it_is_here() -> None:
    text = (ROOT / "docs" / "dependencies.md").read_text()
    explained = {canonical(name) for name in re.findall(r"^\| `([\w.-]+)` \| \S", text, re.MULTILINE)}

    assert explained == set().union(*map(chosen, SETS))


def imported(folders: tuple[str, ...]) -> set[str]:
    """Return the top-level modules that the code below `folders` imports from elsewhere."""
    found = set()
    for path in (path for folder in folders for path in (ROOT / folder).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                found |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                found.add(node.module.partition(".")[0])
    return found - set(sys.stdlib_module_names) - {"cadangan", "tests", "tools"}


@pytest.mark.parametrize(
    ("folders", "sets"), [(("plugins", "dags"), SETS[:1]), (("tests", "tools"), SETS)], ids=["code", "tests"]
)
def test_whatever_is_imported_was_chosen(folders: tuple[str, ...], sets: tuple[str, ...]) -> None:
    wanted = set().union(*map(chosen, sets))
    owners = packages_distributions()

    unchosen = {module for module in imported(folders) if not wanted & {canonical(name) for name in owners[module]}}
    assert unchosen - PARTS == set()
