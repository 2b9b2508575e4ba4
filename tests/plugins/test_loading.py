"""Airflow's plugin loader must leave the library alone: it would run each module again under its bare name."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT

# Prints the modules that the loader put into sys.modules under a bare name, from below the plugins folder.
PROBE = """
import sys
from airflow import plugins_manager
plugins_manager.ensure_plugins_loaded()
folder = sys.argv[1] + "/cadangan/"
for name, module in sorted(sys.modules.items()):
    if "." not in name and name != "cadangan" and (getattr(module, "__file__", None) or "").startswith(folder):
        print("BARE", name)
print("ERRORS", plugins_manager.get_import_errors())
import cadangan.errors
print("IMPORTED", cadangan.errors.__name__)
"""


def load_plugins(folder: Path, home: Path) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {
        "AIRFLOW_HOME": str(home),
        "AIRFLOW__CORE__PLUGINS_FOLDER": str(folder),
        "PYTHONPATH": "",
    }
    argv = [sys.executable, "-c", PROBE, str(folder)]
    return subprocess.run(argv, env=environment, cwd=home, capture_output=True, text=True, check=False)


@pytest.fixture
def plugins(tmp_path: Path) -> Path:
    copy = tmp_path / "plugins"
    shutil.copytree(ROOT / "plugins", copy, ignore=shutil.ignore_patterns("__pycache__"))
    return copy


def test_no_module_of_the_library_is_loaded_under_its_bare_name(plugins: Path, tmp_path: Path) -> None:
    result = load_plugins(plugins, tmp_path)

    assert result.returncode == 0, result.stderr
    assert result.stdout.splitlines()[-2:] == ["ERRORS {}", "IMPORTED cadangan.errors"]
    assert "BARE" not in result.stdout


def test_without_the_ignore_file_the_loader_would_run_the_library_twice(plugins: Path, tmp_path: Path) -> None:
    (plugins / ".airflowignore").unlink()
    # The loader would run this as well, and the command line in it would end Airflow.
    (plugins / "cadangan" / "__main__.py").unlink()

    result = load_plugins(plugins, tmp_path)

    # `calendar` is also a module of the standard library, which this would replace.
    assert {"BARE errors", "BARE calendar"} <= set(result.stdout.splitlines())
