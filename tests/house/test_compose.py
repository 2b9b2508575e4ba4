"""The production files hold together. No container is started here: docs/how-to/deploy.md says what was not run."""

import importlib
import os
import re
import shutil
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from airflow.configuration import conf

from tests.conftest import ROOT

COMPOSE = ROOT / "docker-compose.yaml"
SECRETS = sorted(set(re.findall(r"\$\{(\w+):\?run make env\}", COMPOSE.read_text())))


def run(argv: list[str], cwd: Path, environment: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(argv, cwd=cwd, env=environment, capture_output=True, text=True, check=False)


def tool(name: str) -> str:
    """Return the path of a program of the test environment."""
    return str(Path(sys.executable).parent / name)


def make_env(folder: Path) -> subprocess.CompletedProcess[str]:
    script = folder / "tools" / "make_env.py"
    script.parent.mkdir(exist_ok=True)
    shutil.copy(ROOT / "tools" / "make_env.py", script)
    return run([sys.executable, str(script)], folder)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    shutil.copy(COMPOSE, tmp_path)
    return tmp_path


def resolve(project: Path, without: str | None = None) -> subprocess.CompletedProcess[str]:
    """Let podman-compose read the file as it would before a start; the engine behind it is only asked its version."""
    programs = project / "bin"
    programs.mkdir(exist_ok=True)
    podman = programs / "podman"
    podman.write_text("#!/bin/sh\necho podman version 5.0.0\n")
    podman.chmod(0o755)
    environment = {"PATH": f"{programs}:{os.environ['PATH']}", "HOME": str(project)}
    settings = project / ".env"
    if without:
        lines = settings.read_text().splitlines(keepends=True)
        settings.write_text("".join(line for line in lines if not line.startswith(f"{without}=")))
    return run([tool("podman-compose"), "--file", "docker-compose.yaml", "config"], project, environment)


def services() -> dict[str, dict[str, Any]]:
    return yaml.safe_load(COMPOSE.read_text())["services"]


def test_the_compose_file_follows_the_compose_specification() -> None:
    result = run([tool("check-jsonschema"), "--builtin-schema", "vendor.compose-spec", COMPOSE.name], ROOT)

    assert result.returncode == 0, result.stdout


def test_the_dockerfile_passes_hadolint() -> None:
    result = run([tool("hadolint"), "Dockerfile"], ROOT)

    assert result.returncode == 0, result.stdout


def test_nothing_starts_without_an_env_file(project: Path) -> None:
    result = resolve(project)

    assert result.returncode != 0
    assert "run make env" in result.stdout + result.stderr


@pytest.mark.parametrize("secret", SECRETS)
def test_nothing_starts_when_one_secret_is_missing(project: Path, secret: str) -> None:
    make_env(project)

    result = resolve(project, without=secret)

    assert result.returncode != 0
    assert secret in result.stdout + result.stderr


def test_the_env_file_gives_all_that_the_services_need(project: Path) -> None:
    make_env(project)

    result = resolve(project)

    assert result.returncode == 0, result.stderr
    values = [line.partition("=")[2] for line in (project / ".env").read_text().splitlines() if "=" in line]
    assert [value for value in values if value not in result.stdout] == []


def test_the_env_file_holds_fresh_secrets_for_its_owner_alone(tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    for folder in (first, second):
        folder.mkdir()
        assert make_env(folder).returncode == 0

    assert stat.S_IMODE((first / ".env").stat().st_mode) == 0o600
    values = [line for folder in (first, second) for line in (folder / ".env").read_text().splitlines() if "=" in line]
    assert len({line.partition("=")[2] for line in values}) == len(values) == 2 * len(SECRETS)


def test_an_existing_env_file_is_left_as_it_is(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("KEEP=me\n")

    result = make_env(tmp_path)

    assert result.returncode == 1
    assert (tmp_path / ".env").read_text() == "KEEP=me\n"


def test_every_airflow_setting_exists() -> None:
    known = conf.configuration_description
    names = set(re.findall(r"AIRFLOW__(\w+?)__(\w+):", COMPOSE.read_text()))

    unknown = [f"{section}.{key}" for section, key in names if key.lower() not in known[section.lower()]["options"]]

    assert names
    assert unknown == []


def test_what_the_compose_file_names_in_python_can_be_imported() -> None:
    manager = services()["api-server"]["environment"]["AIRFLOW__CORE__AUTH_MANAGER"]
    celery_app = re.search(r"--app (\S+)", services()["worker"]["healthcheck"]["test"][-1])
    assert celery_app

    for path in (manager, celery_app[1]):
        module, _, name = path.rpartition(".")
        assert hasattr(importlib.import_module(module), name), path


def test_every_mounted_file_exists() -> None:
    sources = {str(volume).split(":")[0] for service in services().values() for volume in service.get("volumes", ())}
    bound = [source for source in sources if source.startswith("./")]

    assert bound
    assert [source for source in bound if not (ROOT / source).exists()] == []


@pytest.mark.parametrize("name", sorted(services()))
def test_no_service_can_gain_a_privilege(name: str) -> None:
    service = services()[name]

    assert service["cap_drop"] == ["ALL"]
    assert "cap_add" not in service
    assert service["security_opt"] == ["no-new-privileges:true"]


def test_services_of_foreign_images_run_as_an_account_of_their_own_on_a_file_system_that_is_read_only() -> None:
    foreign = {name: service for name, service in services().items() if "build" not in service}

    assert {name: service["user"] for name, service in foreign.items()} == {"postgres": "postgres", "redis": "redis"}
    assert all(service["read_only"] for service in foreign.values())
    # The own image ends as Airflow's account.
    assert re.findall(r"^USER (\d+)", (ROOT / "Dockerfile").read_text(), re.MULTILINE)[-1] == "50000"


def test_every_long_running_service_has_a_healthcheck() -> None:
    assert {name for name, service in services().items() if "healthcheck" not in service} == {"init"}


def test_the_image_is_of_the_airflow_that_is_pinned() -> None:
    pinned = re.search(r"^apache-airflow==([\d.]+)", (ROOT / "requirements.txt").read_text(), re.MULTILINE)
    assert pinned

    assert f"apache/airflow:slim-{pinned[1]}-python3.11" in (ROOT / "Dockerfile").read_text()
