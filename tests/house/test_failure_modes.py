"""The page of failure modes names tests that exist, and every failure of a dump, a restore or a rehearsal."""

import re

import pytest

from tests.conftest import ROOT

PAGE = (ROOT / "docs" / "reference" / "failure-modes.md").read_text(encoding="utf-8")
ROWS = dict(re.findall(r"^\| F(\d+) \|.*\| ([^|]+) \|$", PAGE, flags=re.MULTILINE))
OF_DUMPS = {*range(1, 11), *range(16, 36)} - {29, 32}
OF_RESTORES = {*range(11, 15), 32, 36, 37}
NAMED = sorted(set(re.findall(r"`(tests/[^`]+)`", PAGE)))


def test_every_failure_of_a_dump_or_restore_has_a_row_with_a_test() -> None:
    assert {int(number) for number, shown in ROWS.items() if "`tests/" in shown} == OF_DUMPS | OF_RESTORES


@pytest.mark.parametrize("name", NAMED)
def test_the_named_test_exists(name: str) -> None:
    path, _, function = name.partition("::")
    source = (ROOT / path).read_text(encoding="utf-8")
    assert re.search(rf"^def {function or 'test_'}", source, flags=re.MULTILINE)
