"""`make` and `.ci/run` tell the truth with their exit codes."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.conftest import ROOT

MAKE = """#!/bin/sh
case "$*" in
    {failing}) exit 2 ;;
esac
"""


def ci_run(folder: Path, failing: str) -> subprocess.CompletedProcess[str]:
    """Run .ci/run with a `make` that fails when it is called like `failing`."""
    shutil.copytree(ROOT / ".ci", folder / ".ci")
    make = folder / "bin" / "make"
    make.parent.mkdir()
    make.write_text(MAKE.format(failing=failing))
    make.chmod(0o755)
    environment = {"PATH": f"{make.parent}:{os.environ['PATH']}"}
    return subprocess.run([folder / ".ci" / "run"], env=environment, capture_output=True, text=True, check=False)


def test_ci_passes_when_tests_and_demo_pass(tmp_path: Path) -> None:
    result = ci_run(tmp_path, failing="nothing")

    assert result.returncode == 0
    assert [line.split()[0] for line in result.stdout.splitlines()] == ["ok", "ok"]


@pytest.mark.parametrize("failing", ["test", "demo*"])
def test_ci_fails_when_either_fails_and_runs_both(tmp_path: Path, failing: str) -> None:
    result = ci_run(tmp_path, failing)

    assert result.returncode == 1
    assert sorted(line.split()[0] for line in result.stdout.splitlines()) == ["FAILED", "ok"]


def test_make_says_which_python_it_needs(tmp_path: Path) -> None:
    shutil.copy(ROOT / "Makefile", tmp_path)
    shutil.copytree(ROOT / "tools", tmp_path / "tools")

    argv = ["make", "--directory", str(tmp_path), "PYTHON=", "demo"]
    result = subprocess.run(argv, capture_output=True, text=True, check=False)

    assert result.returncode != 0
    assert "Python 3.11 or newer is needed" in result.stderr
