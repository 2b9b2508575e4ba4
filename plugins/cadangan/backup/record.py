"""What goes into the manifest beside the artefacts themselves."""

from datetime import UTC, datetime
from importlib.metadata import version

from cadangan.backup.job import BackupJob
from cadangan.core.manifest import Artefact, Codec, Inventory, Manifest, Source, Timings, Tool
from cadangan.core.naming import BackupName
from cadangan.engines.contract import Dump


def make_manifest(
    job: BackupJob,
    name: BackupName,
    dump: Dump,
    *,
    started_at: datetime,
    inventory: Inventory,
    artefacts: tuple[Artefact, ...],
) -> Manifest:
    """Return the manifest of a dump that has just ended."""
    libraries = (Tool(name=library, version=version(library)) for library in ("zstandard", "pyrage"))
    return Manifest(
        backup=str(name),
        request_no=job.request_no,
        round=job.round,
        plan_sha256=job.plan_sha256,
        source=_source(job, dump),
        inventory=inventory,
        artefacts=artefacts,
        codec=Codec(
            compression=f"zstd -{job.policy.level}",
            encryption="age X25519",
            recipients=job.policy.recipients,
            by_hand=dump.by_hand({artefact.kind.value: artefact.name for artefact in artefacts}),
        ),
        tools=(*dump.tools, *libraries),
        timings=Timings(started_at=started_at, snapshot_at=dump.at, ended_at=datetime.now(UTC)),
        letter=job.letter,
    )


def _source(job: BackupJob, dump: Dump) -> Source:
    return Source(
        asset=job.asset,
        server=job.server,
        engine=job.engine.__name__.rpartition(".")[2],
        server_version=dump.server_version,
        database=job.site.target.database,
        encoding=dump.encoding,
        collation=dump.collation,
    )
