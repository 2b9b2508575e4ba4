"""A manifest with overrides, for what reads one."""

from datetime import UTC, datetime

from cadangan.core.manifest import Codec, Inventory, Manifest, Source, Timings, Tool

_AT = datetime(2026, 11, 2, 3, tzinfo=UTC)


def manifest(pg_dump: str | None = "18.1", server: str = "18.1") -> Manifest:
    """Return the manifest of a back-up that this pg_dump took of this server."""
    return Manifest(
        backup="simpeg",
        request_no="BR-2026-00001",
        round=1,
        plan_sha256="0" * 64,
        source=Source(asset="simpeg", server="db", engine="postgres", server_version=server, database="simpeg"),
        inventory=Inventory(tables=()),
        artefacts=(),
        codec=Codec(compression="zstd -3", encryption="age X25519", recipients=(), by_hand=""),
        tools=(Tool(name="pg_dump", version=pg_dump),) if pg_dump else (),
        timings=Timings(started_at=_AT, snapshot_at=_AT, ended_at=_AT),
    )
