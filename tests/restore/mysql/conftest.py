"""A MariaDB server of the tests' own."""

from tests.services.mariadb import database, mariadb, new_database

__all__ = ["database", "mariadb", "new_database"]
