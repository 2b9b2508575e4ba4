"""A real SSH server, and the way to it."""

from collections.abc import Iterator

import pytest

from cadangan.hosts.ssh import SshHost, Way, open_way
from tests.services.sshd import Sshd, sshd

__all__ = ["sshd"]


@pytest.fixture
def way(sshd: Sshd) -> Iterator[Way]:
    with open_way(sshd.login()) as opened:
        yield opened


@pytest.fixture
def host(way: Way) -> SshHost:
    return SshHost(way)
