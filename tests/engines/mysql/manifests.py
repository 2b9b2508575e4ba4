"""Manifests that need no back-up."""

from datetime import UTC, datetime

from cadangan.core.manifest import Codec, Inventory, Manifest, Source, Timings, Tool

_AT = datetime(2026, 11, 2, 3, tzinfo=UTC)


def manifest(server="10.6.5-MariaDB", **inventory):
    """Return the manifest of a back-up of such a server that held this."""
    return Manifest(
        backup="simpeg",
        request_no="BR-2026-00001",
        round=1,
        plan_sha256="0" * 64,
        source=Source(
            asset="simpeg",
            server="db",
            engine="mysql",
            server_version=server,
            database="simpeg",
            encoding="utf8mb4",
            collation="utf8mb4_general_ci",
        ),
        inventory=Inventory(tables=(), **inventory),
        artefacts=(),
        codec=Codec(compression="zstd -3", encryption="age X25519", recipients=(), by_hand=""),
        tools=(Tool(name="mariadb-dump", version="10.11.19"),),
        timings=Timings(started_at=_AT, snapshot_at=_AT, ended_at=_AT),
    )
