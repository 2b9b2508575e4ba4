"""A PostgreSQL server of one's own for rehearsals, in a temporary folder."""

import contextlib
import secrets
from collections.abc import Iterator, Sequence
from pathlib import Path

from cadangan.core.manifest import Manifest
from cadangan.engines.postgres.clients import Client, client_of, installed
from cadangan.engines.postgres.fitness import SENDS_TRANSACTION_TIMEOUT
from cadangan.engines.postgres.own_server import FAST, PostgresServer
from cadangan.engines.postgres.target import Target
from cadangan.errors import ClientMissing

# Nobody needs what is in it after a crash.
_SETTINGS = {
    **FAST,
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "8GB",
    "shared_buffers": "256MB",
    "maintenance_work_mem": "256MB",
    "autovacuum": "off",
}


@contextlib.contextmanager
def embedded(manifest: Manifest, client_dirs: Sequence[str], folder: Path) -> Iterator[Target]:
    """Run a server in `folder`; see the contract."""
    programs = _programs(manifest, client_dirs)
    # Not "postgres": the back-up may bring an account of that name, and its password.
    user = f"cadangan_{secrets.token_hex(4)}"
    with PostgresServer(folder / "data", Path(programs.bin_dir), _SETTINGS, user) as server:
        yield Target(server.host, server.port, server.user, server.password, "postgres")


def _programs(manifest: Manifest, client_dirs: Sequence[str]) -> Client:
    """Return the server programs nearest above the source's major that take what the client of its archive sends."""
    source = int(manifest.source.server_version.split(".")[0])
    sends = client_of(manifest, client_dirs).major >= SENDS_TRANSACTION_TIMEOUT
    least = max(source, SENDS_TRANSACTION_TIMEOUT if sends else 0)
    found = [each for each in installed(client_dirs) if each.major >= least and _is_server(each)]
    if not found:
        raise ClientMissing(
            f"No server programs of PostgreSQL {least} or later are installed on this machine. Install the package "
            f"postgresql-{least}, or name a scratch server in rehearsal.scratch of policies.yaml."
        )
    return min(found, key=lambda each: each.major)


def _is_server(programs: Client) -> bool:
    return all(Path(programs.program(name)).is_file() for name in ("initdb", "postgres"))
