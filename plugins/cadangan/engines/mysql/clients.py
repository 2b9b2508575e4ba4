"""Which installed client programs fit a server: MariaDB's for MariaDB, MySQL's for MySQL."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from cadangan.engines.mysql.server import Server
from cadangan.errors import ClientMissing
from cadangan.hosts import local
from cadangan.hosts.command import Command
from cadangan.hosts.host import Host

PROGRAMS = ("mariadb-dump", "mysqldump")
SHELLS = ("mariadb", "mysql")
_VERSIONS = (
    re.compile(r"(?:Distrib|from) (\d+)\.(\d+)\.(\d+)(-MariaDB)?"),  # MariaDB, and MySQL up to 5.7
    re.compile(r"Ver (\d+)\.(\d+)\.(\d+)(-MariaDB)?"),
)
_ASK_SECONDS = 60.0
# The last one stands for the folders of the path.
_FOLDERS = ("/usr/bin/", "/usr/local/bin/", "/usr/local/mysql/bin/", "/opt/mysql/*/bin/", "")
# Tells path and version of every program that its arguments are patterns or names of. Where mysqldump is but another
# name of mariadb-dump, it is that. The empty IFS leaves patterns with blanks whole.
_LOOK = """
IFS=
for pattern; do
    for path in $pattern; do
        path=$(command -v "$path") && path=$(readlink -f "$path") && [ -f "$path" ] && [ -x "$path" ] || continue
        printf '%s\\t%s\\n' "$path" "$("$path" --version 2>/dev/null | head -n 1)"
    done
done
"""
# What not every version knows.
_SOMETIMES = ("--set-gtid-purged", "--column-statistics")
_PACKAGES = {
    "MariaDB": "mariadb-client",
    "MySQL": "mysql-client (from repo.mysql.com, where the distribution has none)",
}


@dataclass(frozen=True)
class Client:
    """A dump program, or one that runs scripts.

    :param path: where it lies.
    :param flavour: "MariaDB" or "MySQL".
    :param version: its numbers, "10.11.19".
    :param knows: those options that it knows of the ones that not every version does.
    :param warnings: Indonesian sentences for the plan.
    """

    path: str
    flavour: str
    version: str
    knows: frozenset[str] = frozenset()
    warnings: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The program's name without its folder."""
        return Path(self.path).name

    @property
    def release(self) -> tuple[int, int, int]:
        """The version as numbers."""
        major, minor, patch = (int(part) for part in self.version.split("."))
        return (major, minor, patch)


def choose(server: Server, dirs: Sequence[str], host: Host = local) -> Client:
    """Return the newest client of the server's flavour.

    :param dirs: folders (patterns allowed) to look in beside the usual ones.
    :param host: where the client will run.
    :raises ClientMissing: there is none, or none new enough; the message names the package.
    """
    found = installed(dirs, PROGRAMS, host)
    fitting = [client for client in found if client.flavour == server.flavour and _new_enough(client, server)]
    if not fitting:
        raise ClientMissing(
            f"No client on {host.name} fits {server.flavour} {server.version}; found: {_listed(found)}. Install "
            f"the package {package_for(server.flavour)}, or name the folder of its programs in client_dirs of "
            "policies.yaml."
        )
    best = max(fitting, key=lambda client: client.release)
    return Client(best.path, best.flavour, best.version, _known(best, host), _warnings(best, server))


def package_for(flavour: str) -> str:
    """Return the package that brings a client for servers of this flavour."""
    return _PACKAGES[flavour]


def shell_for(flavour: str, dirs: Sequence[str]) -> Client:
    """Return the newest program of a flavour that runs SQL scripts on this machine.

    :raises ClientMissing: there is none; the message names the package.
    """
    found = installed(dirs, SHELLS)
    fitting = [client for client in found if client.flavour == flavour]
    if not fitting:
        raise ClientMissing(
            f"No client here runs scripts on {flavour}; found: {_listed(found)}. Install the package "
            f"{_PACKAGES[flavour]}, or name the folder of its programs in client_dirs of policies.yaml."
        )
    return max(fitting, key=lambda client: client.release)


def installed(dirs: Sequence[str], names: Sequence[str], host: Host = local) -> list[Client]:
    """Return every program on `host` that has one of the `names`, each once: those of `dirs` first, then the usual
    places.

    :raises HostError: the host cannot be asked.
    """
    folders = (*(f"{folder}/" for folder in dirs), *_FOLDERS)
    patterns = (f"{folder}{name}" for folder in folders for name in names)
    told = _said_by(host, "sh", "-c", _LOOK, "sh", *patterns)
    lines = dict.fromkeys(line for line in told.splitlines() if "\t" in line)
    return [client for line in lines if (client := _client_at(*line.split("\t", 1)))]


def parse_version(told: str) -> tuple[str, str] | None:
    """Return flavour and version of what a client says of itself, None when it says neither."""
    for pattern in _VERSIONS:
        if found := pattern.search(told):
            flavour = "MariaDB" if found[4] or "mariadb" in told.lower() else "MySQL"
            return flavour, f"{found[1]}.{found[2]}.{found[3]}"
    return None


def _client_at(path: str, told: str) -> Client | None:
    found = parse_version(told)
    return Client(path, *found) if found else None


def _known(client: Client, host: Host) -> frozenset[str]:
    told = _said_by(host, client.path, "--no-defaults", "--help")
    return frozenset(option for option in _SOMETIMES if option in told)


def _said_by(host: Host, *argv: str) -> str:
    return host.run(Command(argv), _ASK_SECONDS).stdout.decode(errors="replace")


def _new_enough(client: Client, server: Server) -> bool:
    return client.flavour == "MariaDB" or client.release[0] >= server.release[0]


def _warnings(client: Client, server: Server) -> tuple[str, ...]:
    if client.release[:2] >= server.release[:2]:
        return ()
    return (
        f"Klien {client.name} {client.version} lebih lama daripada server {server.version}; "
        "sebaiknya diperbarui ke versi yang sama.",
    )


def _listed(found: Sequence[Client]) -> str:
    return ", ".join(f"{client.flavour} {client.version} ({client.path})" for client in found) or "none"
