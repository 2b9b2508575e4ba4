"""Databases on a MariaDB server of the tests' own, and an SSH server by way of which to reach it."""

from tests.services.mariadb import database, mariadb, new_database
from tests.services.sshd import sshd

__all__ = ["database", "mariadb", "new_database", "sshd"]
