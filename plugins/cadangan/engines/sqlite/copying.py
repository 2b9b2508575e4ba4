"""A copy of one view of the file, on the same host, that is gone with the process that holds it."""

import contextlib
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from cadangan.engines.sqlite.client import failure
from cadangan.engines.sqlite.target import Target
from cadangan.errors import EngineError, HostError, PathUnreadable
from cadangan.hosts.command import Command
from cadangan.hosts.host import Host, Process

# Of these systems' temporary folders the one on a disk.
FOLDER = "/var/tmp"  # noqa: S108 - mktemp makes a folder in it that nobody else can enter
_END_SECONDS = 30.0
_SLOWEST_BYTES_PER_SECOND = 1_000_000
_FACTS_SECONDS = 60.0

# Arguments: the file, milliseconds to wait for its lock, the folder for the copy.
#
# The backup API copies page by page inside a transaction that reads, so that all pages are of one view and damage is
# copied too, where VACUUM INTO would build anew what is damaged and give other rowids. Whatever ends this shell, a
# kill included, the process that watches it removes the copy. The line every few seconds ends it when nobody listens.
_HOLD = """
set -eu
umask 077
folder=$(mktemp -d "$3/cadangan-sqlite.XXXXXX")
setsid sh -c 'while kill -0 "$1"; do sleep 1; done; rm -rf -- "$2"' sh $$ "$folder" >/dev/null 2>&1 </dev/null &
trap 'rm -rf -- "$folder"' EXIT
trap 'exit 143' HUP INT PIPE TERM
sqlite3 -init /dev/null -batch -bail -readonly -cmd ".timeout $2" "$1" \
    BEGIN 'SELECT 1 FROM sqlite_master LIMIT 1' ".backup main $folder/copy" >/dev/null
echo "$folder/copy"
while sleep 5; do echo; done
"""


@dataclass(frozen=True)
class Facts:
    """What the host tells of a file, in bytes: its size with what waits in its write-ahead log, room for the copy."""

    size_bytes: int
    free_bytes: int


def facts(target: Target, host: Host) -> Facts:
    """Return what the host tells of the file; raise EngineError when it cannot be seen, or not be opened safely."""
    size, owner = map(int, _told(host, target, "stat", "--dereference", "--format=%s %u", target.database).split())
    free = _told(host, target, "df", "--output=avail", "--block-size=1", FOLDER).split()[-1]
    if int(_told(host, target, "id", "-u")) not in (0, owner):
        _require_nothing_left(target, host)
    log = host.run(Command(("stat", "--dereference", "--format=%s", f"{target}-wal")), _FACTS_SECONDS)
    return Facts(size + (int(log.stdout) if log.returncode == 0 else 0), int(free))


def _require_nothing_left(target: Target, host: Host) -> None:
    """Raise PathUnreadable when opening the file would leave files beside it that its application cannot write."""
    wal = _told(host, target, "head", "--bytes=20", target.database)[18:19] == b"\x02"
    folder = str(PurePosixPath(target.database).parent)
    if wal and host.run(Command(("test", "-w", folder)), _FACTS_SECONDS).returncode == 0:
        raise PathUnreadable(
            f"SQLite database {target} is in WAL mode and belongs to another account, which could not write the -wal "
            "and -shm that this one would leave in its folder. Run as the file's owner, or take this account's right "
            "to write to that folder away."
        )


def _told(host: Host, target: Target, *argv: str) -> bytes:
    done = host.run(Command(argv), _FACTS_SECONDS)
    if done.returncode != 0:
        raise failure(done.stderr, str(target))
    return done.stdout


@contextlib.contextmanager
def copied(target: Target, host: Host, size_bytes: int, busy_seconds: int) -> Iterator[str]:
    """Give the path of a copy of the file on its host; on leaving it is removed.

    :raises EngineError: the file stays locked, is no database, or cannot be copied.
    """
    argv = ("sh", "-c", _HOLD, "sh", target.database, str(busy_seconds * 1000), FOLDER)
    limit = busy_seconds + _END_SECONDS + size_bytes / _SLOWEST_BYTES_PER_SECOND
    with host.start(Command(argv)) as holder:
        yield _path(holder, target, limit)


def _path(holder: Process, target: Target, limit: float) -> str:
    timer = threading.Timer(limit, holder.end)
    timer.start()
    try:
        path = holder.stdout.readline().decode().strip()
    finally:
        timer.cancel()
    if path:
        return path
    try:
        holder.wait(_END_SECONDS)
    except HostError as err:
        raise EngineError(f"Copying {target} neither ends nor goes on. Look at its host.") from err
    raise failure(holder.stderr_tail(), str(target))
