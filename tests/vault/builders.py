"""Names, manifests and whole back-ups for the vault's tests."""

import hashlib
from datetime import UTC, datetime

from cadangan.core.manifest import Artefact, Codec, Inventory, Manifest, Source, Timings
from cadangan.core.naming import BackupName, Kind
from cadangan.vault.deposit import deposit

AT = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)


def name(**overrides):
    fields = {"asset": "simpeg", "at": AT, "request_no": "BR-2026-00001", "round": 1, "item_id": 7}
    return BackupName(**(fields | overrides))


def manifest(backup=None, content=b"isi", **overrides):
    backup = backup or name()
    artefact = Artefact(
        kind="dump",
        name=backup.artefact(Kind.DUMP),
        raw_bytes=len(content),
        stored_bytes=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
    )
    fields = {
        "backup": str(backup),
        "request_no": backup.request_no,
        "round": backup.round,
        "plan_sha256": "0" * 64,
        "source": Source(
            asset=backup.asset, server="srv", engine="postgres", server_version="15.18", database="simpeg"
        ),
        "inventory": Inventory(tables=()),
        "artefacts": (artefact,),
        "codec": Codec(compression="zstd", encryption="age", recipients=(), by_hand="age -d"),
        "tools": (),
        "timings": Timings(started_at=AT, snapshot_at=AT, ended_at=AT),
    }
    return Manifest(**(fields | overrides))


def store(places, backup=None, content=b"isi", needed=1, lost=None):
    """Put a whole back-up at `places` and return its name; `lost` is filled with those that failed."""
    backup = backup or name()
    with deposit(places, backup, needed=needed) as made:
        for draft in made.drafts(backup.artefact(Kind.DUMP)):
            draft.write(content)
            draft.close()
        made.finish(manifest(backup, content).model_dump_json())
    if lost is not None:
        lost.update(made.lost)
    return backup
