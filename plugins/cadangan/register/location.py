"""Where the register is: the URL given by the environment, the embedded default, and its canonical form."""

import os
from pathlib import Path

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from cadangan.errors import RegisterError

VARIABLE = "CADANGAN_REGISTER_URL"
CONNECTION = "cadangan_register"
_DRIVERS = {"postgres": "postgresql+psycopg", "postgresql": "postgresql+psycopg", "sqlite": "sqlite"}


def url_from_environment() -> str | None:
    """Return `$CADANGAN_REGISTER_URL`, or None when it is unset or empty."""
    return os.environ.get(VARIABLE) or None


def embedded_url() -> str:
    """Return the URL of the single-machine default: `$AIRFLOW_HOME/cadangan/register.db`."""
    home = Path(os.environ.get("AIRFLOW_HOME") or Path.home() / "airflow").expanduser().absolute()
    return URL.create("sqlite", database=str(home / "cadangan" / "register.db")).render_as_string()


def parse_url(url: str) -> URL:
    """Return `url` with the driver that Cadangan uses; raise RegisterError for another kind of database.

    SQLite in memory is refused: every process would see a register of its own.
    """
    try:
        parsed = make_url(url)
    except ArgumentError:
        # The text may hold a password, so neither this message nor a chained cause repeats it.
        raise RegisterError(_advice("cannot be read as a URL")) from None
    driver = _DRIVERS.get(parsed.get_backend_name())
    if driver is None:
        raise RegisterError(_advice(f"names {parsed.get_backend_name()}, which cannot hold the register"))
    if driver == "sqlite" and parsed.database in {None, "", ":memory:"}:
        raise RegisterError(_advice("names a SQLite database without a file"))
    return parsed.set(drivername=driver)


def _advice(fault: str) -> str:
    return f"The register's address {fault}; give postgresql://user@host/database or sqlite:////folder/register.db."
