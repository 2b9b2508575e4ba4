"""An SSH server that takes a password, which OpenSSH's would look up among this machine's accounts."""

import contextlib
import socket
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import dataclass

import paramiko

from cadangan.hosts.ssh import SshLogin, ssh_login

PASSWORD = "s4ndi 'é€📄' $(id) \\ \" `x` "


class _Door(paramiko.ServerInterface):
    def get_allowed_auths(self, username: str) -> str:
        return "password"

    def check_auth_password(self, username: str, password: str) -> int:
        return paramiko.AUTH_SUCCESSFUL if password == PASSWORD else paramiko.AUTH_FAILED

    def check_channel_request(self, kind: str, chanid: int) -> int:
        return paramiko.OPEN_SUCCEEDED

    def check_channel_exec_request(self, channel: paramiko.Channel, command: bytes) -> bool:
        threading.Thread(target=_run, args=(channel, command), daemon=True).start()
        return True


def _run(channel: paramiko.Channel, command: bytes) -> None:
    pipe = subprocess.PIPE
    with subprocess.Popen(
        ["sh", "-c", command], stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, start_new_session=True
    ) as program:
        while data := program.stdout.read1():
            channel.sendall(data)
        channel.send_exit_status(program.wait())
        channel.close()


@dataclass(frozen=True)
class PasswordServer:
    """Where it listens, and by which key it is known."""

    port: int
    host_key: str

    def login(self, password: str) -> SshLogin:
        """Return the login of an Airflow connection with that password."""
        extra = {"host_key": self.host_key}
        return ssh_login("ssh_db", host="127.0.0.1", port=self.port, user="cadangan", password=password, extra=extra)


@contextlib.contextmanager
def running_password_server() -> Iterator[PasswordServer]:
    """Run such a server in a thread."""
    key = paramiko.ECDSAKey.generate()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=_accept, args=(listener, key), daemon=True).start()
        try:
            yield PasswordServer(listener.getsockname()[1], f"{key.get_name()} {key.get_base64()}")
        finally:
            listener.shutdown(socket.SHUT_RDWR)


def _accept(listener: socket.socket, key: paramiko.PKey) -> None:
    with contextlib.suppress(OSError):
        while True:
            line, _ = listener.accept()
            transport = paramiko.Transport(line)
            transport.add_server_key(key)
            with contextlib.suppress(paramiko.SSHException):
                transport.start_server(server=_Door())
