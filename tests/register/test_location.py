from pathlib import Path

import pytest

from cadangan.errors import RegisterError
from cadangan.register import location


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg2", "postgresql+psycopg"])
def test_every_spelling_of_postgresql_gets_the_driver_that_is_installed(scheme: str) -> None:
    parsed = location.parse_url(f"{scheme}://user:p%40ss@host:5433/register?sslmode=require")
    expected = "postgresql+psycopg://user:p%40ss@host:5433/register?sslmode=require"
    assert parsed.render_as_string(hide_password=False) == expected


@pytest.mark.parametrize("url", ["mysql://host/db", "sqlite://", "sqlite:///:memory:"])
def test_a_database_that_cannot_hold_the_register_is_refused(url: str) -> None:
    with pytest.raises(RegisterError, match="give postgresql://"):
        location.parse_url(url)


def test_an_unreadable_url_is_not_repeated_in_the_message() -> None:
    with pytest.raises(RegisterError) as caught:
        location.parse_url("user:rahasia@host")
    assert "rahasia" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_the_embedded_register_lies_under_airflows_home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("AIRFLOW_HOME", str(tmp_path / "rumah kita"))
    assert location.parse_url(location.embedded_url()).database == str(tmp_path / "rumah kita/cadangan/register.db")


def test_an_empty_variable_counts_as_unset(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(location.VARIABLE, "")
    assert location.url_from_environment() is None
