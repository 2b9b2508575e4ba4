"""The servers for what holds for every engine."""

from tests.services.mariadb import mariadb
from tests.services.sshd import sshd

__all__ = ["mariadb", "sshd"]
