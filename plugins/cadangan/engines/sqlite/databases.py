"""Which database files lie in a folder."""

from collections.abc import Sequence

from cadangan.engines.contract import Databases
from cadangan.engines.sqlite.target import Target
from cadangan.errors import PathUnreadable
from cadangan.hosts import local
from cadangan.hosts.command import Command
from cadangan.hosts.host import Host

_SUFFIXES = ("db", "db3", "sqlite", "sqlite3")
_HEADER = b"SQLite format 3\0"
_AT_ONCE = 200
_WALK_SECONDS = 3600.0
_READ_SECONDS = 60.0


def databases(target: Target, host: Host = local) -> Databases:
    """Return the SQLite files in and below the folder `target.database`, told by their suffix and their first bytes.

    :raises PathUnreadable: there is no such folder, or the account may not enter it.
    """
    named = [word for suffix in _SUFFIXES for word in ("-o", "-iname", f"*.{suffix}")][1:]
    # As long as its header; head would put a shorter file's bytes in front of the next one's.
    tests = ("-xdev", "-type", "f", "-size", f"+{len(_HEADER) - 1}c", "(", *named, ")", "-print0")
    done = host.run(Command(("find", target.database, *tests)), _WALK_SECONDS)
    if done.returncode != 0 and not done.stdout:
        raise PathUnreadable(
            f"The folder {target} cannot be walked: {done.stderr}. Check `roots` in assets.yaml, and that the account "
            "may enter it."
        )
    paths = [name.decode(errors="surrogateescape") for name in done.stdout.split(b"\0") if name]
    found = [
        path for start in range(0, len(paths), _AT_ONCE) for path in _databases(paths[start : start + _AT_ONCE], host)
    ]
    return Databases(tuple(sorted(found)), complete=done.returncode == 0)


def _databases(paths: Sequence[str], host: Host) -> list[str]:
    done = host.run(Command(("head", "--quiet", f"--bytes={len(_HEADER)}", "--", *paths)), _READ_SECONDS)
    if done.returncode != 0 and len(paths) > 1:
        # One that cannot be read would shift all after it.
        return [path for one in paths for path in _databases((one,), host)]
    heads = [done.stdout[start : start + len(_HEADER)] for start in range(0, len(done.stdout), len(_HEADER))]
    return [path for path, head in zip(paths, heads, strict=False) if head == _HEADER]
