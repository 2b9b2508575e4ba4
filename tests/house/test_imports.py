"""The rules run without Airflow and without a driver; everything but the adapters runs without Airflow."""

import os
import pkgutil
import subprocess
import sys

import pytest

from tests.conftest import ROOT

LIBRARY = ROOT / "plugins" / "cadangan"
DRIVERS = ("MySQLdb", "alembic", "psycopg", "sqlalchemy")
RULES = ("config", "core")
WORKERS = ("backup", "documents", "engines", "hosts", "register", "steps", "stream", "vault")


def modules_of(package: str) -> list[str]:
    """Return the package and all modules below it; Alembic's own scripts run inside Alembic only."""
    found = pkgutil.walk_packages([str(LIBRARY / package)], f"cadangan.{package}.")
    return [f"cadangan.{package}", *(module.name for module in found if ".migrations" not in module.name)]


def import_without(absent: tuple[str, ...], modules: list[str]) -> subprocess.CompletedProcess[str]:
    block = f"import sys; sys.modules.update(dict.fromkeys({absent!r}))"
    code = "; ".join([block, *(f"import {module}" for module in modules)])
    environment = os.environ | {"PYTHONPATH": str(ROOT / "plugins")}
    return subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("package", RULES)
def test_rules_need_neither_airflow_nor_a_driver(package: str) -> None:
    result = import_without(("airflow", *DRIVERS), modules_of(package))

    assert result.returncode == 0, result.stderr


@pytest.mark.parametrize("package", WORKERS)
def test_workers_need_no_airflow(package: str) -> None:
    result = import_without(("airflow",), modules_of(package))

    assert result.returncode == 0, result.stderr


def test_the_block_is_real() -> None:
    result = import_without(("airflow",), ["airflow.sdk"])

    assert "ModuleNotFoundError" in result.stderr
