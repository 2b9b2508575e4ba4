"""The databases of the demonstration: Airflow's, the register, and SIMPEG, a personnel application."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field

import psycopg
from psycopg import sql

from cadangan import paths

SAMPLE = "simpeg"
_SCRIPTS = ("01_referensi.sql", "02_kepegawaian.sql", "03_isi.sql", "04_tampilan.sql", "05_hak.sql")


@dataclass(frozen=True)
class Account:
    """A database role that logs in."""

    name: str
    password: str = field(default_factory=lambda: secrets.token_urlsafe(18), repr=False)


@dataclass(frozen=True)
class Accounts:
    """Who owns what: Airflow's metadata, the register, SIMPEG; and the role that only reads, for back-ups."""

    airflow: Account = field(default_factory=lambda: Account("airflow"))
    register: Account = field(default_factory=lambda: Account("cadangan"))
    application: Account = field(default_factory=lambda: Account("simpeg_app"))
    backup: Account = field(default_factory=lambda: Account("cadangan_backup"))


def create_databases(superuser: str, accounts: Accounts) -> None:
    """Create roles and empty databases over the superuser's connection string `superuser`."""
    with psycopg.connect(superuser, autocommit=True) as connection:
        for account in (accounts.airflow, accounts.register, accounts.application, accounts.backup):
            _create_role(connection, account)
        for database, owner in (
            (accounts.airflow.name, accounts.airflow),
            (accounts.register.name, accounts.register),
            (SAMPLE, accounts.application),
        ):
            _create_database(connection, database, owner)
        _allow_backups(connection, accounts.backup)


def fill_sample(application: str) -> None:
    """Build SIMPEG, some ninety thousand rows, over the connection string of its owner."""
    with psycopg.connect(application) as connection:
        for script in scripts():
            connection.execute(script)


def scripts() -> Sequence[bytes]:
    """Return the SQL of SIMPEG, in order."""
    return [(paths.SQL / "demo" / name).read_bytes() for name in _SCRIPTS]


def _create_role(connection: psycopg.Connection[tuple[object, ...]], account: Account) -> None:
    connection.execute(
        sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(sql.Identifier(account.name), sql.Literal(account.password))
    )


def _create_database(connection: psycopg.Connection[tuple[object, ...]], name: str, owner: Account) -> None:
    database = sql.Identifier(name)
    connection.execute(
        sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE template0 ENCODING 'UTF8'").format(
            database, sql.Identifier(owner.name)
        )
    )
    connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(database))


def _allow_backups(connection: psycopg.Connection[tuple[object, ...]], account: Account) -> None:
    # Reading everything in this one database is what a dump needs; large objects are granted one by one.
    role = sql.Identifier(account.name)
    connection.execute(sql.SQL("GRANT pg_read_all_data TO {}").format(role))
    connection.execute(sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(sql.Identifier(SAMPLE), role))
