"""What goes into the manifest beside the artefacts themselves."""

from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version

from cadangan.backup.job import BackupJob
from cadangan.core.manifest import Artefact, Codec, Inventory, Manifest, Source, Timings, Tool
from cadangan.core.naming import BackupName
from cadangan.engines.postgres.clients import Client
from cadangan.engines.postgres.server import Server

# In Indonesian, since the report shows it.
_BY_HAND = (
    "age -d -i KUNCI {globals} | zstd -d | psql -d postgres; "
    "age -d -i KUNCI {dump} | zstd -d | pg_restore --exit-on-error --create -d postgres "
    "(program PostgreSQL {major}; psql dapat melaporkan peran yang sudah ada, dan peran itu menerima sandi dari "
    "cadangan; --create membuat basis data dengan nama aslinya dan berhenti bila sudah ada; ke basis data lain yang "
    "kosong, BARU: -d BARU tanpa --create, tetapi pemilik, enkode, pengaturan, dan hak basis data itu tidak ikut)"
)


@dataclass(frozen=True)
class Facts:
    """What a try learned about its surroundings."""

    server: Server
    client: Client
    started_at: datetime
    snapshot_at: datetime


def make_manifest(
    job: BackupJob, name: BackupName, facts: Facts, inventory: Inventory, artefacts: tuple[Artefact, ...]
) -> Manifest:
    """Return the manifest of a dump that has just ended."""
    return Manifest(
        backup=str(name),
        request_no=job.request_no,
        round=job.round,
        plan_sha256=job.plan_sha256,
        source=_source(job, facts.server),
        inventory=inventory,
        artefacts=artefacts,
        codec=_codec(job, name, facts.client),
        tools=_tools(facts.client),
        timings=Timings(started_at=facts.started_at, snapshot_at=facts.snapshot_at, ended_at=datetime.now(UTC)),
    )


def _source(job: BackupJob, server: Server) -> Source:
    return Source(
        asset=job.asset,
        server=job.server,
        engine=job.engine.__name__.rpartition(".")[2],
        server_version=server.version,
        database=job.target.database,
        encoding=server.encoding,
        collation=server.collation,
    )


def _codec(job: BackupJob, name: BackupName, client: Client) -> Codec:
    return Codec(
        compression=f"zstd -{job.policy.level}",
        encryption="age X25519",
        recipients=job.policy.recipients,
        by_hand=_BY_HAND.format(globals=name.artefact("globals"), dump=name.artefact("dump"), major=client.major),
    )


def _tools(client: Client) -> tuple[Tool, ...]:
    """Return the dump client first; its major decides which pg_restore can read the archive."""
    libraries = (Tool(name=library, version=version(library)) for library in ("zstandard", "pyrage"))
    return (Tool(name="pg_dump", version=client.version), *libraries)
