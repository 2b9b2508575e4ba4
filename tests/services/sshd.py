"""A real OpenSSH server for tests: on a free port of this machine, for this account, with keys of its own."""

import contextlib
import getpass
import logging
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest
from sshfs import SSHFileSystem

from cadangan.hosts.ssh import SshLogin, ssh_login
from cadangan.vault.place import Place

# It tells of closed connections after pytest has closed the streams that it would tell it to.
logging.getLogger("asyncssh").setLevel(logging.WARNING)

_CONFIG = """\
Port {port}
ListenAddress 127.0.0.1
HostKey {folder}/host_key
PidFile none
AuthorizedKeysFile {folder}/user_key.pub
PasswordAuthentication no
KbdInteractiveAuthentication no
UsePAM no
StrictModes no
PermitRootLogin prohibit-password
Subsystem sftp internal-sftp {options}
"""


@dataclass(frozen=True)
class Sshd:
    """Where the server listens, and with what to log in."""

    port: int
    user: str
    key_file: str
    known_hosts: str
    host_key: str
    pid: int
    host: str = "127.0.0.1"

    def extra(self, **overrides: str) -> dict[str, str]:
        """Return the extra fields of an Airflow SSH connection to it."""
        return {"key_file": self.key_file, "host_key": self.host_key} | overrides

    def login(self, **overrides: str) -> SshLogin:
        """Return the login of such a connection, with other extra fields where they are given."""
        return self.login_with(self.extra(**overrides))

    def login_with(self, extra: dict[str, str], password: str | None = None) -> SshLogin:
        """Return the login of a connection with these extra fields and no others."""
        return ssh_login("ssh_db", host=self.host, port=self.port, user=self.user, password=password, extra=extra)

    def cut(self) -> None:
        """End every session, as a host does that goes down."""
        for session in psutil.Process(self.pid).children(recursive=True):
            with contextlib.suppress(psutil.NoSuchProcess):
                if session.name().startswith("sshd"):
                    session.kill()

    def let_in(self, public_key: str) -> None:
        """Accept another key."""
        with Path(f"{self.key_file}.pub").open("a") as keys:
            keys.write(public_key)


def free_port() -> int:
    """Return a port on which nothing listens at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def running_sshd(folder: Path, options: str = "") -> Iterator[Sshd]:
    """Start sshd with its files in `folder`, wait until it answers, and end it afterwards.

    :param options: of its SFTP server, for instance "-P fsync" for one that does not offer that.
    """
    program = shutil.which("sshd", path=f"{os.environ['PATH']}:/usr/sbin")
    if program is None:
        pytest.skip("sshd is missing; install the package openssh-server")
    if os.geteuid() == 0:
        Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)
    for key in ("host_key", "user_key"):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", folder / key], check=True)
    port = free_port()
    (folder / "sshd_config").write_text(_CONFIG.format(port=port, folder=folder, options=options))
    known_hosts = folder / "known_hosts"
    known_hosts.write_text(f"[127.0.0.1]:{port} {(folder / 'host_key.pub').read_text()}")
    with (folder / "sshd.log").open("wb") as log:
        server = subprocess.Popen([program, "-D", "-e", "-f", folder / "sshd_config"], stderr=log)
        try:
            _wait_for(port, server)
            host_key = (folder / "host_key.pub").read_text()
            key_file = str(folder / "user_key")
            yield Sshd(port, getpass.getuser(), key_file, str(known_hosts), host_key, server.pid)
        finally:
            server.terminate()
            server.wait(10)


@pytest.fixture(scope="session")
def sshd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sshd]:
    """One server for the whole session."""
    with running_sshd(tmp_path_factory.mktemp("sshd")) as server:
        yield server


def sftp_place(server: Sshd, folder: Path, name: str = "sftp") -> Place:
    """Return `folder` as a destination reached over SFTP, by the client that Airflow uses."""
    fs = SSHFileSystem(
        server.host,
        port=server.port,
        username=server.user,
        client_keys=[server.key_file],
        known_hosts=server.known_hosts,
    )
    return Place(name, fs, f"sftp://{server.host}:{server.port}{folder}", str(folder))


def _wait_for(port: int, server: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + 10
    while time.monotonic() < end and server.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.05)
    pytest.fail(f"sshd did not answer on port {port}")
