"""Servers for the restore tests."""

from tests.services.postgres import (
    database,
    databases_on,
    new_database,
    postgres,
    postgres_18,
    postgres_debian,
)

__all__ = ["database", "databases_on", "new_database", "postgres", "postgres_18", "postgres_debian"]
