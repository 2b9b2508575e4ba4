"""A whole back-up of a PostgreSQL database: one view, the server's globals, the database."""

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from cadangan.config.policies import StreamPolicy
from cadangan.core.manifest import Inventory, Tool
from cadangan.core.naming import Kind
from cadangan.engines.contract import Login, Part
from cadangan.engines.postgres.clients import Client, choose
from cadangan.engines.postgres.dump import dump_command, globals_command
from cadangan.engines.postgres.options import options_of
from cadangan.engines.postgres.snapshot import Snapshot, open_snapshot
from cadangan.engines.postgres.target import Target, credentials
from cadangan.hosts import local
from cadangan.hosts.host import Host

METHOD = "logis, penuh (pg_dump format custom dari satu snapshot)"
PORT = 5432
# In Indonesian, since the report shows it.
_BY_HAND = (
    "age -d -i KUNCI {globals} | zstd -d | psql -d postgres; "
    "age -d -i KUNCI {dump} | zstd -d | pg_restore --exit-on-error --create -d postgres "
    "(program PostgreSQL {major}; psql dapat melaporkan peran yang sudah ada, dan peran itu menerima sandi dari "
    "cadangan; --create membuat basis data dengan nama aslinya dan berhenti bila sudah ada; ke basis data lain yang "
    "kosong, BARU: -d BARU tanpa --create, tetapi pemilik, enkode, pengaturan, dan hak basis data itu tidak ikut)"
)


def target_of(login: Login, database: str) -> Target:
    """Return where and as whom to reach `database`."""
    return Target(
        host=login.host or "localhost",
        port=login.port or PORT,
        user=login.user,
        password=login.password,
        database=database,
        options=options_of(login.extra),
        tunnel=login.tunnel,
    )


@dataclass(frozen=True)
class WholeDump:
    """See `engines.contract.Dump`."""

    parts: Sequence[Part]
    _snapshot: Snapshot
    _client: Client

    @property
    def at(self) -> datetime:
        """See `Snapshot`."""
        return self._snapshot.at

    @property
    def server_version(self) -> str:
        """As the server tells it."""
        return self._snapshot.server.version

    @property
    def encoding(self) -> str:
        """Of the database."""
        return self._snapshot.server.encoding

    @property
    def collation(self) -> str:
        """Of the database."""
        return self._snapshot.server.collation

    @property
    def tools(self) -> Sequence[Tool]:
        """The dump client; its major decides which pg_restore can read the archive."""
        return (Tool(name="pg_dump", version=self._client.version),)

    def inventory(self, digest_method: str) -> Inventory:
        """See `Snapshot.inventory`."""
        return self._snapshot.inventory(digest_method)

    def by_hand(self, files: Mapping[Kind, str]) -> str:
        """See the contract."""
        return _BY_HAND.format(globals=files[Kind.GLOBALS], dump=files[Kind.DUMP], major=self._client.major)

    def cancel(self) -> None:
        """See `Snapshot.cancel`."""
        self._snapshot.cancel()

    def hang_up(self) -> None:
        """See `Snapshot.hang_up`."""
        self._snapshot.hang_up()


@contextlib.contextmanager
def open_dump(
    target: Target, client_dirs: Sequence[str], policy: StreamPolicy, host: Host = local
) -> Iterator[WholeDump]:
    """Open one view of the database of `target`; see the contract."""
    with (
        open_snapshot(target, policy.lock_timeout, policy.idle_timeout) as snapshot,
        credentials(target, snapshot.server.encoding, host) as env,
    ):
        client = choose(snapshot.server.major, client_dirs, host)
        parts = (
            Part(Kind.GLOBALS, globals_command(client, env, snapshot.server.reads_passwords)),
            Part(Kind.DUMP, dump_command(client, env, snapshot.id, policy.lock_timeout)),
        )
        yield WholeDump(parts, snapshot, client)
