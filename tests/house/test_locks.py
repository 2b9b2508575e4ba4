"""The locks pin everything, and every dependency that was chosen says why it is here."""

import re
from collections.abc import Iterator

import pytest

from tests.conftest import ROOT

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
