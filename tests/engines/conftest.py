"""The SSH server for what holds for every engine."""

from tests.services.sshd import sshd

__all__ = ["sshd"]
