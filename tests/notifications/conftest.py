"""A desk on a register of each kind, and the mail server behind Airflow's SMTP connection."""

import json
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from fsspec.implementations.local import LocalFileSystem
from sqlalchemy import URL, create_engine, text

from cadangan.config.policies import load_policies
from cadangan.engines.postgres.own_server import PostgresServer
from cadangan.register.session import open_register, upgrade
from cadangan.steps.desk import Desk
from cadangan.vault.place import Place
from tests.documents import builders
from tests.services.postgres import postgres_18  # noqa: F401
from tests.services.smtp import MailServer, mail_server  # noqa: F401


@pytest.fixture(params=["sqlite", "postgresql"])
def desk(request: pytest.FixtureRequest, tmp_path: Path) -> Desk:
    """A desk whose register holds one request."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path}/register.db"
    else:
        server: PostgresServer = request.getfixturevalue("postgres_18")
        url = _new_database(server, f"outbox_{tmp_path.name}")
    upgrade(url)
    folder = f"{tmp_path}/dokumen"
    unused: Any = None
    return Desk(
        register=open_register(url),
        sop=builders.sop(),
        assets=builders.assets(),
        policies=load_policies(),
        zone=ZoneInfo("Asia/Jakarta"),
        calendar=unused,
        now=lambda: builders.MONDAY,
        site=unused,
        place=lambda destination: Place(destination.name, LocalFileSystem(), f"file://{folder}", folder),
        identity=lambda: None,
    )


@pytest.fixture(autouse=True)
def smtp_connection(mail_server: MailServer, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    connection = {
        "conn_type": "smtp",
        "host": mail_server.host,
        "port": mail_server.port,
        "extra": {"disable_ssl": True, "disable_tls": True, "retry_limit": 0, "timeout": 5},
    }
    monkeypatch.setenv("AIRFLOW_CONN_CADANGAN_SMTP", json.dumps(connection))


def _new_database(server: PostgresServer, name: str) -> str:
    url = URL.create("postgresql+psycopg", server.user, server.password, server.host, server.port, "postgres")
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f'CREATE DATABASE "{name}"'))
    engine.dispose()
    return url.set(drivername="postgresql", database=name).render_as_string(hide_password=False)
