"""A whole back-up of a PostgreSQL database: one view, the server's globals, the database."""

import contextlib
from collections.abc import Iterator, Sequence

from cadangan.config.policies import StreamPolicy
from cadangan.core.manifest import Tool
from cadangan.core.naming import Kind
from cadangan.engines.contract import Dump, Login, Part
from cadangan.engines.postgres.clients import choose
from cadangan.engines.postgres.dump import dump_command, globals_command
from cadangan.engines.postgres.options import options_of
from cadangan.engines.postgres.snapshot import open_snapshot
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


@contextlib.contextmanager
def open_dump(target: Target, client_dirs: Sequence[str], policy: StreamPolicy, host: Host = local) -> Iterator[Dump]:
    """Open one view of the database of `target`; see the contract."""
    with (
        open_snapshot(target, policy.lock_timeout, policy.idle_timeout) as snapshot,
        credentials(target, snapshot.server.encoding, host) as env,
    ):
        client = choose(snapshot.server.major, client_dirs, host)
        yield Dump(
            at=snapshot.at,
            server_version=snapshot.server.version,
            encoding=snapshot.server.encoding,
            collation=snapshot.server.collation,
            # Its major decides which pg_restore can read the archive.
            tools=(Tool(name="pg_dump", version=client.version),),
            parts=(
                Part(Kind.GLOBALS, globals_command(client, env, snapshot.server.reads_passwords)),
                Part(Kind.DUMP, dump_command(client, env, snapshot.id, policy.lock_timeout)),
            ),
            inventory=snapshot.inventory,
            by_hand=lambda files: _BY_HAND.format(**files, major=client.major),
            cancel=snapshot.cancel,
            hang_up=snapshot.hang_up,
        )
