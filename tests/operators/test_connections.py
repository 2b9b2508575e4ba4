from pathlib import Path

import pytest
from sqlalchemy import make_url

from cadangan.errors import RegisterError
from cadangan.operators.connections import register_url

VARIABLE = "AIRFLOW_CONN_CADANGAN_REGISTER"


@pytest.fixture(autouse=True)
def _nothing_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("CADANGAN_REGISTER_URL", raising=False)
    monkeypatch.setenv("AIRFLOW_HOME", str(tmp_path))


def test_a_postgresql_connection_becomes_a_url_with_the_clients_options_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(
        VARIABLE,
        '{"conn_type": "postgres", "host": "db", "port": 5433, "login": "cadangan", "password": "p@s/s:", '
        '"schema": "register", "extra": {"sslmode": "require", "connect_timeout": 5, "cursor": "dictcursor"}}',
    )
    url = make_url(register_url())
    assert (url.username, url.password, url.host, url.port, url.database) == (
        "cadangan",
        "p@s/s:",
        "db",
        5433,
        "register",
    )
    assert url.query == {"sslmode": "require", "connect_timeout": "5"}


def test_a_sqlite_connection_names_the_file_as_its_host(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, '{"conn_type": "sqlite", "host": "/srv/register.db"}')
    assert register_url() == "sqlite:////srv/register.db"


def test_a_connection_of_another_kind_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, '{"conn_type": "mysql", "host": "db"}')
    with pytest.raises(RegisterError, match="cadangan_register is of type mysql"):
        register_url()


def test_the_environment_comes_before_the_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, '{"conn_type": "sqlite", "host": "/srv/register.db"}')
    monkeypatch.setenv("CADANGAN_REGISTER_URL", "postgresql://db/register")
    assert register_url() == "postgresql://db/register"


def test_without_a_connection_the_register_is_embedded(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    assert register_url() == f"sqlite:///{tmp_path}/cadangan/register.db"
