"""airflow.cfg of the demonstration: secrets of its own, none of them in the environment."""

import configparser
import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from cadangan import paths
from cadangan.demo.airflow import environment
from cadangan.demo.flavours import SimpleFlavour, User, write_secret
from cadangan.demo.settings import PRELOADED, AirflowSettings, render


def settings(home: Path) -> AirflowSettings:
    return AirflowSettings(
        home=home,
        database="airflow:p%ss@127.0.0.1:5432/airflow",
        connections=home / "connections.json",
        config=home / "config",
        flavour=SimpleFlavour((User("kabid"), User("admin", "admin"))),
        port=8080,
    )


def parsed(text: str) -> configparser.ConfigParser:
    # Airflow interpolates its file the way this parser does.
    parser = configparser.ConfigParser()
    parser.read_string(text)
    return parser


def test_every_airflow_has_secrets_of_its_own(tmp_path: Path) -> None:
    first, second = (parsed(render(settings(tmp_path))) for _ in range(2))
    for section, option in (("core", "fernet_key"), ("api", "secret_key"), ("api_auth", "jwt_secret")):
        assert len(first[section][option]) >= 32
        assert first[section][option] != second[section][option]


def test_values_survive_airflows_interpolation(tmp_path: Path) -> None:
    assert parsed(render(settings(tmp_path)))["database"]["sql_alchemy_conn"].endswith(
        "airflow:p%ss@127.0.0.1:5432/airflow"
    )


def test_the_environment_holds_no_secret_and_no_foreign_setting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AIRFLOW__CORE__FERNET_KEY", "foreign")
    monkeypatch.setenv("PGPASSWORD", "foreign")
    monkeypatch.setenv("CADANGAN_REGISTER_URL", "foreign")
    mine = settings(tmp_path)
    given = environment(mine)
    assert "foreign" not in given.values()
    assert not [value for value in given.values() for user in mine.flavour.users if user.password in value]
    assert given["CADANGAN_CONFIG"] == str(tmp_path / "config")
    assert given["TMPDIR"].startswith(str(tmp_path))


def test_passwords_lie_in_a_file_of_the_owner_alone(tmp_path: Path) -> None:
    flavour = SimpleFlavour((User("kabid"), User("kasi")))
    flavour.prepare(tmp_path, lambda name, argv, stdin: None)
    path = Path(flavour.options(tmp_path)["core"]["simple_auth_manager_passwords_file"])
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert json.loads(path.read_text()) == {user.name: user.password for user in flavour.users}
    assert len({user.password for user in flavour.users}) == 2


def test_a_secret_is_never_readable_to_others_even_when_its_file_exists(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    path.touch(mode=0o644)
    write_secret(path, "s")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_what_tasks_share_can_be_imported() -> None:
    # Airflow ignores what it cannot import.
    subprocess.run(
        [sys.executable, "-c", f"import {PRELOADED}"],
        env=os.environ | {"PYTHONPATH": str(paths.ROOT / "plugins")},
        check=True,
    )


def test_tasks_start_from_the_scheduler_where_a_socket_has_no_room() -> None:
    deep = Path("/srv") / ("x" * 80)
    shallow = parsed(render(settings(Path("/srv/demo"))))["scheduler"]
    assert shallow["mp_start_method"] == "forkserver"
    assert "mp_start_method" not in parsed(render(settings(deep)))["scheduler"]
