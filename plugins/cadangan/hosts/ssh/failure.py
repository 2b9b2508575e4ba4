"""What an ssh client that gave up has said, as an error of ours."""

from cadangan.errors import HostError, HostKeyRefused, HostUnreachable
from cadangan.hosts.ssh.login import SshLogin

_OF_HOST_KEYS = ("Host key verification failed", "host key is known", "HOST IDENTIFICATION HAS CHANGED")


def failure(login: SshLogin, said: str) -> HostError:
    """Return the error that stands for what ssh said at its end."""
    said = said or "ssh said nothing"
    if any(sign in said for sign in _OF_HOST_KEYS):
        return HostKeyRefused(
            f"The host key of {login} is not the one that is known: {said}\nFind out on that host which key is its own "
            "(ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub), and enter the whole line of that .pub file as "
            f"host_key in the extra of the Airflow connection {login.conn_id}."
        )
    if "Permission denied" in said:
        return HostUnreachable(
            f"{login} refused the login: {said}\nCheck login, password or private key of the Airflow connection "
            f"{login.conn_id}, and authorized_keys on that host."
        )
    return HostUnreachable(
        f"The SSH connection to {login} failed: {said}\nCheck that host, the way to it, and host and port of the "
        f"Airflow connection {login.conn_id}, then repeat."
    )
