"""Other hosts, through the OpenSSH client: a way to one, programs on it, and tunnels through it."""

from cadangan.hosts.ssh.host import SshHost, usable
from cadangan.hosts.ssh.line import Zstd
from cadangan.hosts.ssh.login import SshLogin, ssh_login
from cadangan.hosts.ssh.tunnel import tunnel
from cadangan.hosts.ssh.way import Way, open_way

__all__ = ["SshHost", "SshLogin", "Way", "Zstd", "open_way", "ssh_login", "tunnel", "usable"]
