"""A whole Airflow with the project's DAGs, the register, the sample database and a mail sink, once a session."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from rich.console import Console

from cadangan.demo.flavours import SimpleFlavour
from cadangan.demo.stage import FlavourOf, Stage, set_stage
from tests.services.fab import FabFlavour


@contextmanager
def running_stage(flavour: FlavourOf = SimpleFlavour) -> Iterator[Stage]:
    """Run everything in a folder of its own; for tests that need other people or stop services."""
    with (
        tempfile.TemporaryDirectory(prefix="cadangan-stage-") as folder,
        set_stage(Path(folder) / "demo", Console(quiet=True), flavour) as stage,
    ):
        yield stage


@pytest.fixture(scope="session")
def stage() -> Iterator[Stage]:
    """Airflow under its SimpleAuthManager."""
    with running_stage() as stage:
        yield stage


@pytest.fixture(scope="session")
def fab_stage() -> Iterator[Stage]:
    """Airflow under FAB."""
    with running_stage(FabFlavour) as stage:
        yield stage
