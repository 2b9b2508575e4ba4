"""A MariaDB server of one's own for rehearsals, in a temporary folder."""

import contextlib
import secrets
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

from cadangan.core.manifest import Manifest
from cadangan.engines.mysql.clients import Client, installed
from cadangan.engines.mysql.own_server import MariadbServer, Programs
from cadangan.engines.mysql.server import flavour_of, release_of
from cadangan.engines.mysql.target import Target
from cadangan.errors import ClientMissing

_FOLDERS = ("/usr/sbin", "/usr/libexec")
_INSTALLER = "mariadb-install-db"
_SETTINGS = {
    # Nobody needs what is in it after a crash.
    "innodb-flush-log-at-trx-commit": "0",
    "innodb-doublewrite": "0",
    "innodb-buffer-pool-size": "512M",
    "innodb-log-file-size": "256M",
    "performance-schema": "OFF",
    # A copy that is only looked at does nothing by itself.
    "event-scheduler": "OFF",
    "local-infile": "0",
    # What the source took, this one takes.
    "innodb-strict-mode": "OFF",
    "max-allowed-packet": "1G",
    "log-bin-trust-function-creators": "1",
}


@contextlib.contextmanager
def embedded(manifest: Manifest, client_dirs: Sequence[str], folder: Path) -> Iterator[Target]:
    """Run a server in `folder`; see the contract."""
    programs = _programs(manifest, client_dirs)
    # Not "root": the back-up may bring an account of that name.
    user = f"cadangan_{secrets.token_hex(4)}"
    settings = {**_SETTINGS, "secure-file-priv": str(folder)}
    with MariadbServer(folder, programs, settings, user) as server:
        way = {"socket": str(server.socket)}
        database = manifest.source.database
        yield Target("localhost", 0, server.user, server.password, database, options=way, throwaway=True)


def _programs(manifest: Manifest, client_dirs: Sequence[str]) -> Programs:
    """Return the server programs nearest above the source's version."""
    version = manifest.source.server_version
    if flavour_of(version) != "MariaDB":
        raise ClientMissing(
            f"No server of one's own is made for {version}, only for MariaDB. Name a MySQL server in rehearsal.scratch "
            "of policies.yaml."
        )
    source = release_of(version)
    found = installed((*client_dirs, *_FOLDERS), ("mariadbd",))
    fitting = [each for each in found if each.release[:2] >= source[:2] and _installer(each)]
    if not fitting:
        raise ClientMissing(
            f"No server programs of MariaDB {source[0]}.{source[1]} or later are installed on this machine. Install "
            "the package mariadb-server-core, or name a scratch server in rehearsal.scratch of policies.yaml."
        )
    nearest = min(fitting, key=lambda each: each.release)
    return Programs(nearest.path, _installer(nearest) or "")


def _installer(server: Client) -> str | None:
    folder = Path(server.path).parent
    beside = [folder, folder.with_name("bin"), folder.with_name("scripts")]
    return shutil.which(_INSTALLER, path=":".join(map(str, beside)))
