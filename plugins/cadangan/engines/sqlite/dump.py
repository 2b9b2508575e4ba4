"""The back-up of a SQLite database: a checked copy of one view, streamed as it is."""

import contextlib
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from cadangan.config.policies import StreamPolicy
from cadangan.core.manifest import Tool
from cadangan.core.naming import Kind
from cadangan.engines.contract import Dump, Part
from cadangan.engines.sqlite.client import Client, find_client, frozen, reading_command, rows, text
from cadangan.engines.sqlite.copying import FOLDER, copied, facts
from cadangan.engines.sqlite.inventory import Stock
from cadangan.engines.sqlite.target import Target
from cadangan.errors import EngineError, SourceDamaged
from cadangan.hosts import local
from cadangan.hosts.command import Command
from cadangan.hosts.host import Host

METHOD = "Salinan konsisten berkas basis data (online backup), diuji integritasnya"
_BY_HAND = (
    "age -d -i KUNCI {sqlite} | zstd -d > BARU.sqlite; sqlite3 BARU.sqlite 'PRAGMA integrity_check' "
    "(lalu hentikan aplikasi, singkirkan berkas lama beserta -wal, -shm, dan -journal, dan taruh BARU.sqlite "
    "di tempatnya dengan pemilik dan hak akses semula)"
)
_SLOWEST_BYTES_PER_SECOND = 1_000_000


@contextlib.contextmanager
def open_dump(target: Target, client_dirs: Sequence[str], policy: StreamPolicy, host: Host = local) -> Iterator[Dump]:
    """Give a copy of one view of `target` that passed SQLite's integrity check; see the contract."""
    client = find_client(host)
    known = facts(target, host)
    if known.free_bytes < known.size_bytes:
        raise EngineError(
            f"The copy of {target} needs {known.size_bytes} bytes in {FOLDER} of its host, which has "
            f"{known.free_bytes} left. Make room there, then clear the task."
        )
    at = datetime.now(UTC)
    with copied(target, host, known.size_bytes, policy.lock_timeout) as path:
        seconds = policy.idle_timeout + known.size_bytes / _SLOWEST_BYTES_PER_SECOND
        _require_whole(target, path, host, seconds)
        yield _dump(client, path, host, at, seconds)


def _dump(client: Client, path: str, host: Host, at: datetime, seconds: float) -> Dump:
    (settings,) = rows(host, reading_command(frozen(path), text("settings")), path, seconds)
    # That is what it was opened with here; the journal of the file itself is told by its header.
    settings.pop("journal_mode", None)
    stock = Stock(host, client, path)
    return Dump(
        at=at,
        server_version=client.version,
        encoding=settings["encoding"],
        tools=(Tool(name="sqlite3", version=client.version),),
        parts=(Part(Kind.SQLITE, Command(("cat", path))),),
        inventory=lambda digest_method: stock.take(digest_method, settings),
        by_hand=lambda files: _BY_HAND.format(**files),
        cancel=stock.cancel,
        hang_up=stock.cancel,
    )


def _require_whole(target: Target, path: str, host: Host, seconds: float) -> None:
    """Raise SourceDamaged when SQLite finds the copy, and so the file, damaged."""
    found = rows(host, reading_command(frozen(path), text("integrity")), str(target), seconds)
    lines = [str(row["integrity_check"]) for row in found]
    if lines != ["ok"]:
        raise SourceDamaged(
            f"SQLite database {target} is damaged: {'; '.join(lines[:10])}. It was not backed up, so that no good "
            "back-up is replaced by it: mend it (REINDEX, or sqlite3's .recover), then clear the task."
        )
