"""A port of this machine that leads through another host to a server behind it."""

import contextlib
import os
import select
import socket
import subprocess
import time
from collections.abc import Iterator

from cadangan.errors import CadanganError, HostUnreachable, NotConfigured, TargetUnreachable
from cadangan.hosts import child as children
from cadangan.hosts import local
from cadangan.hosts.ssh.failure import failure
from cadangan.hosts.ssh.way import Way

_LOGIN_SECONDS = 60.0
_TAKEN = "Address already in use"
_TRIES = 3
_TOLD_SECONDS = 1.0


@contextlib.contextmanager
def tunnel(way: Way, host: str, port: int) -> Iterator[int]:
    """Give a port of 127.0.0.1 that leads to `port` of `host` as seen from the other end of `way`.

    :raises HostUnreachable: there is no getting there, or the tunnel broke down while it was in use.
    :raises HostKeyRefused: another host's key, or an unknown one.
    :raises NotConfigured: `host` is nothing that a tunnel can lead to.
    """
    if not host or any(sign in host for sign in ",/ "):
        raise NotConfigured(
            f"A tunnel leads to one host, and {host!r} is none: enter one name or address in the Airflow connection of "
            "the server."
        )
    with _opened(way, host, port) as (ssh, inlet):
        try:
            yield inlet
        except CadanganError as err:
            if explained := _explained(err, way, ssh):
                raise explained from err
            raise


@contextlib.contextmanager
def _opened(way: Way, host: str, port: int) -> Iterator[tuple[local.Process, int]]:
    with contextlib.ExitStack() as stack:
        for tries in range(1, _TRIES + 1):
            inlet = _free_port()
            ssh = stack.enter_context(_client(way, f"127.0.0.1:{inlet}:{_bracketed(host)}:{port}"))
            if _ready(ssh, way.login.connect_timeout + _LOGIN_SECONDS):
                break
            # Between asking for a free port and using it, another program can take it.
            if _TAKEN not in ssh.stderr_tail() or tries == _TRIES:
                raise failure(way.login, ssh.stderr_tail())
        yield ssh, inlet


@contextlib.contextmanager
def _client(way: Way, forwarding: str) -> Iterator[local.Process]:
    # LogLevel=INFO has it say why the server behind cannot be reached. The local command runs when all is set up.
    options = ("-oLogLevel=INFO", "-oPermitLocalCommand=yes", "-oLocalCommand=echo ready", "-N", "-L", forwarding)
    command = way.command(*options)
    child = children.spawn(command, stdin=subprocess.DEVNULL)
    try:
        yield local.Process(command, child)
    finally:
        children.end(child)


def _ready(ssh: local.Process, seconds: float) -> bool:
    return bool(select.select([ssh.stdout], [], [], seconds)[0]) and os.read(ssh.stdout.fileno(), 64) != b""


def _explained(err: CadanganError, way: Way, ssh: local.Process) -> CadanganError | None:
    """Return `err` with what ssh said of it, None where ssh had nothing to do with it."""
    if ssh.ended():
        lost = failure(way.login, ssh.stderr_tail())
        return HostUnreachable(f"{lost} (The tunnel was in use: {err})")
    if isinstance(err, TargetUnreachable) and (said := _said(ssh)):
        return TargetUnreachable(f"{err} The tunnel through {way.login.host} says: {said}")
    return None


def _said(ssh: local.Process) -> str:
    """Return what ssh said; the refused caller may know of it before ssh has told."""
    limit = time.monotonic() + _TOLD_SECONDS
    while not (said := ssh.stderr_tail(0.0)) and time.monotonic() < limit:
        time.sleep(0.05)
    return said


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
