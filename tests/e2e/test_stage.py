"""The demonstration's services: no secret where others could see it, and nothing left when they stop."""

import json
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from rich.console import Console

from cadangan.demo.flavours import Options, SimpleFlavour
from cadangan.demo.stage import Stage, set_stage
from cadangan.errors import DemoError


def processes_of(folder: Path) -> list[psutil.Process]:
    """Return the processes that work in `folder` or were told of it."""
    found = []
    for process in psutil.process_iter():
        try:
            words = [*process.cmdline(), *process.environ().values()]
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            continue
        if any(str(folder) in word for word in words):
            found.append(process)
    return found


@pytest.fixture
def surroundings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Path]]:
    """An empty home and an empty folder for temporary files, in which nothing may appear."""
    places = {"HOME": tmp_path / "home", "TMPDIR": tmp_path / "tmp", "XDG_CACHE_HOME": tmp_path / "cache"}
    for name, place in places.items():
        place.mkdir()
        monkeypatch.setenv(name, str(place))
    monkeypatch.setattr(tempfile, "tempdir", None)
    yield places
    tempfile.tempdir = None


def secrets_of(stage: Stage) -> set[str]:
    connections = json.loads(stage.home.connections.read_text())
    passwords = {str(connection["password"]) for connection in connections.values() if "password" in connection}
    return passwords | set(stage.airflow.passwords.values())


def test_everything_runs_out_of_sight_and_leaves_nothing(tmp_path: Path, surroundings: dict[str, Path]) -> None:
    root = tmp_path / "demo"
    with set_stage(root, Console(quiet=True)) as stage:
        running = processes_of(root)
        assert len(running) >= 5, "PostgreSQL and Airflow's four services"
        secrets = secrets_of(stage)
        assert len(secrets) >= 9
        for process in running:
            shown = " ".join([*process.cmdline(), *process.environ().values()])
            assert not [secret for secret in secrets if secret in shown], process.name()
        assert stage.airflow.api("kabid").user == "kabid"
        for file in root.rglob("*"):
            if file.is_file() and file.stat().st_size < 1_000_000 and file.stat().st_mode & 0o077:
                text = file.read_bytes()
                assert not [secret for secret in secrets if secret.encode() in text], file
    assert processes_of(root) == []
    assert {name: list(place.iterdir()) for name, place in surroundings.items()} == {name: [] for name in surroundings}


class BrokenFlavour(SimpleFlavour):
    """An auth manager that is not there."""

    def options(self, home: Path) -> Options:
        return {"core": {"auth_manager": "nowhere.NoAuthManager"}}


def test_a_service_that_cannot_start_stops_the_others_and_says_why(tmp_path: Path) -> None:
    root = tmp_path / "demo"
    with (
        pytest.raises(DemoError, match="nowhere"),
        set_stage(root, Console(quiet=True), BrokenFlavour),
    ):
        pytest.fail("started")
    assert processes_of(root) == []
