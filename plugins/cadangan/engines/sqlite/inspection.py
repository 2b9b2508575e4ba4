"""What a verifier and a planner need to know of a SQLite file before anyone copies it."""

from collections.abc import Iterator, Sequence

from cadangan.engines.contract import Inspection
from cadangan.engines.sqlite.client import Row, find_client, reading_command, rows, text
from cadangan.engines.sqlite.copying import FOLDER, Facts, facts
from cadangan.engines.sqlite.target import Target
from cadangan.errors import ClientMissing
from cadangan.hosts import local
from cadangan.hosts.host import Host

_ANSWER_SECONDS = 300.0
_BUSY_SECONDS = 20


def inspect(target: Target, client_dirs: Sequence[str], host: Host = local) -> Inspection:
    """Return what the file and its schema tell; its rows are not read, so damage in them shows only in the dump.

    :raises PathUnreadable: there is no such file, or the account may not read it.
    :raises TablesBusy: it stays locked.
    :raises SourceDamaged: it is no database, or its schema is damaged.
    """
    known = facts(target, host)
    try:
        client = find_client(host)
    except ClientMissing:
        return Inspection(
            server_version="-",
            size_bytes=known.size_bytes,
            predicted_bytes=known.size_bytes,
            tables=0,
            dumps_with=None,
            blockers=(
                "Program sqlite3 (3.33 atau lebih baru) belum terpasang pada mesin tempat berkas basis data ini.",
            ),
        )
    (settings,), objects, tables = (_ask(target, host, name) for name in ("settings", "objects", "tables"))
    return Inspection(
        server_version=client.version,
        encoding=settings["encoding"],
        size_bytes=known.size_bytes,
        predicted_bytes=known.size_bytes,
        tables=len(tables),
        dumps_with=f"sqlite3 {client.version}",
        blockers=tuple(_blockers(known, settings)),
        warnings=tuple(_warnings(known, settings, objects)),
    )


def _ask(target: Target, host: Host, name: str) -> list[Row]:
    return rows(host, reading_command(target.database, text(name), _BUSY_SECONDS), str(target), _ANSWER_SECONDS)


def _blockers(known: Facts, settings: Row) -> Iterator[str]:
    if settings["page_count"] == 0:
        yield "Berkas basis data ini kosong (0 byte); periksa letak berkas pada register aset."
    if known.free_bytes < known.size_bytes:
        yield (
            f"Ruang pada {FOLDER} di mesin tempat berkas ini tidak cukup untuk salinan sementara; "
            "kosongkan ruang tersebut terlebih dahulu."
        )


def _warnings(known: Facts, settings: Row, objects: Sequence[Row]) -> Iterator[str]:
    if settings["journal_mode"] not in ("wal", "off") and known.size_bytes:
        yield "Selama berkas disalin, aplikasi yang menulis ke basis data ini menunggu (bukan mode WAL)."
    if virtual := [str(found["name"]) for found in objects if found["kind"] == "virtual table"]:
        yield f"Tabel virtual ikut tersalin lewat tabel penyimpannya, tanpa dihitung tersendiri: {', '.join(virtual)}."
