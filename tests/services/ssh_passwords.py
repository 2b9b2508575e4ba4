"""An SSH server that takes a password, which OpenSSH's would look up among this machine's accounts."""

import asyncio
import contextlib
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import dataclass

import asyncssh

from cadangan.hosts.ssh import SshLogin, ssh_login

# This server refuses characters that are newer than its tables, such as emoji.
PASSWORD = "s4ndi 'é€' $(id) \\ \" `x`"


class _Door(asyncssh.SSHServer):
    def begin_auth(self, username: str) -> bool:
        return True

    def password_auth_supported(self) -> bool:
        return True

    def validate_password(self, username: str, password: str) -> bool:
        return password == PASSWORD


async def _run(process: asyncssh.SSHServerProcess) -> None:
    with contextlib.suppress(asyncssh.Error, OSError):
        program = await asyncio.create_subprocess_shell(
            process.command or "",
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
        await process.redirect(stdin=program.stdin, stdout=program.stdout, stderr=program.stderr)
        process.exit(await program.wait())


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
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    key = asyncssh.generate_private_key("ssh-ed25519")

    async def listen() -> asyncssh.SSHAcceptor:
        return await asyncssh.create_server(
            _Door, "127.0.0.1", 0, server_host_keys=[key], process_factory=_run, encoding=None
        )

    acceptor = asyncio.run_coroutine_threadsafe(listen(), loop).result(20)
    try:
        yield PasswordServer(acceptor.get_port(), key.export_public_key().decode())
    finally:
        loop.call_soon_threadsafe(acceptor.close)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
