"""The client that fits the server is chosen from the installed ones."""

from collections.abc import Callable
from pathlib import Path

import pytest

from cadangan.engines.postgres import choose, clients
from cadangan.engines.postgres.clients import Client, installed
from cadangan.errors import ClientMissing

Install = Callable[..., str]


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Install:
    """Make folders with clients that tell a version; the machine's own clients are out of sight."""
    monkeypatch.setattr(clients, "_PACKAGED", ())
    monkeypatch.setattr(clients, "wheel_dir", lambda: None)
    monkeypatch.setenv("PATH", "/usr/bin:/bin")

    def make(version: str, programs: tuple[str, ...] = clients.PROGRAMS, folder: str = "") -> str:
        place = tmp_path / (folder or version) / "bin"
        place.mkdir(parents=True)
        for name in programs:
            program = place / name
            program.write_text(f"#!/bin/sh\necho '{name} (PostgreSQL) {version}'\n")
            program.chmod(0o755)
        return str(place)

    return make


@pytest.mark.parametrize(
    ("versions", "server", "chosen"),
    [
        (["15.14", "16.10", "17.6", "18.1"], 16, "16.10"),
        (["15.14", "16.10", "17.6", "18.1"], 18, "18.1"),
        (["15.14", "17.6", "18.1"], 16, "17.6"),
        (["18.1", "17.6"], 13, "17.6"),
        (["16.9", "16.10"], 16, "16.10"),
        (["16.10", "16.9"], 16, "16.10"),
        (["19beta1"], 18, "19beta1"),
        (["16.10 (Debian 16.10-1.pgdg120+1)"], 16, "16.10"),
    ],
)
def test_same_major_first_then_the_nearest_newer(
    install: Install, versions: list[str], server: int, chosen: str
) -> None:
    dirs = [install(version, folder=str(position)) for position, version in enumerate(versions)]

    assert choose(server, dirs).version == chosen


@pytest.mark.parametrize("versions", [[], ["15.14"], ["15.14", "16.10"]])
def test_an_older_client_is_never_chosen_and_the_package_is_named(install: Install, versions: list[str]) -> None:
    dirs = [install(version) for version in versions]

    with pytest.raises(ClientMissing, match="postgresql-client-17") as caught:
        choose(17, dirs)

    assert "PGDG" in str(caught.value)
    assert all(version in str(caught.value) for version in versions)


def test_a_newer_client_comes_with_a_warning_for_the_plan(install: Install) -> None:
    (warning,) = choose(16, [install("18.1")]).warnings

    assert "pg_restore 18" in warning
    assert "SET transaction_timeout" in warning


def test_a_newer_client_that_knows_the_same_settings_warns_of_the_restore_only(install: Install) -> None:
    (warning,) = choose(17, [install("18.1")]).warnings

    assert "pg_restore 18" in warning
    assert "transaction_timeout" not in warning


def test_a_client_that_fits_brings_no_warning(install: Install) -> None:
    assert choose(16, [install("16.10")]).warnings == ()


def test_a_client_with_a_known_hole_is_told(install: Install) -> None:
    (warning,) = choose(16, [install("16.9")]).warnings

    assert "CVE-2025-8714" in warning
    assert "16.10" in warning


def test_half_a_client_is_none(install: Install) -> None:
    assert installed([install("16.10", programs=("pg_dump", "pg_restore"))]) == []


def test_a_program_that_tells_no_version_is_passed_over(install: Install) -> None:
    folder = install("16.10")
    (Path(folder) / "pg_dump").write_text("#!/bin/sh\nexit 1\n")

    assert installed([folder]) == []


def test_patterns_name_several_folders(install: Install, tmp_path: Path) -> None:
    for version in ("16.10", "17.6"):
        install(version)

    assert {client.major for client in installed([f"{tmp_path}/*/bin"])} == {16, 17}


def test_this_machine_has_the_clients_of_both_test_servers() -> None:
    found = {client.major: client for client in installed(())}

    assert 18 in found
    assert len(found) >= 2
    assert Path(found[18].program("pg_restore")).is_file()


def test_a_client_survives_json() -> None:
    client = Client(bin_dir="/usr/lib/postgresql/16/bin", major=16, version="16.4", warnings=("awas",))

    assert Client.model_validate_json(client.model_dump_json()) == client
