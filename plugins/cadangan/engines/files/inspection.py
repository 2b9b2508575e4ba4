"""What a verifier and a planner need to know of a file tree before anyone archives it."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from cadangan.engines.contract import Inspection
from cadangan.engines.files.client import find_tar
from cadangan.engines.files.names import spelled
from cadangan.engines.files.target import Target
from cadangan.errors import ClientMissing, PathUnreadable
from cadangan.hosts import local
from cadangan.hosts.command import Command
from cadangan.hosts.host import Host

_WALK_SECONDS = 3600.0
_ANSWER_SECONDS = 60.0
_MOST_NAMED = 10
# A header, an extended header, and what fills a file's last block.
_AROUND_BYTES = 2048
_DISK_BLOCK = 512
_SPECIAL = {"p": "pipa (FIFO)", "c": "perangkat karakter", "b": "perangkat blok"}


@dataclass(frozen=True)
class _Walk:
    """What `find` saw: how many of each kind, bytes of the files, bytes in the archive, names on other file systems."""

    kinds: Counter[str]
    size_bytes: int
    archive_bytes: int
    elsewhere: int


def inspect(target: Target, client_dirs: Sequence[str], host: Host = local) -> Inspection:
    """Return what can be told of the tree without reading its files.

    :raises PathUnreadable: there is no such folder, or the account may not enter it.
    """
    walk = _walk(target, host)
    unreadable = _unreadable(target, host)
    try:
        version, blockers = find_tar(host), []
    except ClientMissing:
        version, blockers = None, ["GNU tar 1.29 atau lebih baru belum terpasang pada mesin tempat berkas ini."]
    if unreadable:
        named = ", ".join(unreadable[:_MOST_NAMED])
        blockers.append(
            f"{len(unreadable)} berkas atau folder tidak dapat dibaca oleh akun pencadangan: {named}. Beri hak baca, "
            "atau kecualikan pada register aset."
        )
    return Inspection(
        server_version=f"GNU tar {version}" if version else "-",
        size_bytes=walk.size_bytes,
        predicted_bytes=walk.archive_bytes,
        tables=walk.kinds["f"],
        dumps_with=f"tar {version}" if version else None,
        blockers=tuple(blockers),
        warnings=tuple(_warnings(target, walk)),
    )


def _find(target: Target, host: Host, *tests: str) -> bytes:
    argv = ("env", f"--chdir={target.database}", "find", ".", "-xdev", *_left_out(target), *tests)
    done = host.run(Command(argv), _WALK_SECONDS)
    # Its exit code is 1 where it may not enter a folder; that is told of by name.
    if done.returncode != 0 and not done.stdout and not _entered(target, host):
        raise PathUnreadable(
            f"The folder {target} cannot be walked: {done.stderr}. Check the path, and that the account may enter it."
        )
    return done.stdout


def _entered(target: Target, host: Host) -> bool:
    return host.run(Command(("test", "-d", f"{target.database}/.")), _ANSWER_SECONDS).returncode == 0


def _left_out(target: Target) -> tuple[str, ...]:
    """Return the tests that keep away from what tar is told to exclude: at any depth, "*" matching "/" too."""
    paths = [path for pattern in target.exclude for path in (pattern, f"*/{pattern}")]
    tests = [word for path in paths for word in ("-o", "-path", path)][1:]
    return ("(", *tests, ")", "-prune", "-o") if tests else ()


def _walk(target: Target, host: Host) -> _Walk:
    kinds: Counter[str] = Counter()
    size = archive = elsewhere = 0
    root_device = b""
    for line in _find(target, host, "-printf", "%y %s %b %D\n").splitlines():
        kind, length, blocks, device = line.split(b" ")
        root_device = root_device or device
        kinds[kind.decode()] += 1
        elsewhere += device != root_device
        archive += _AROUND_BYTES
        if kind == b"f":
            size += int(length)
            archive += min(int(length), int(blocks) * _DISK_BLOCK)
    return _Walk(kinds, size, archive, elsewhere)


def _unreadable(target: Target, host: Host) -> list[str]:
    folder = ("-type", "d", "(", "!", "-readable", "-o", "!", "-executable", ")")
    tests = ("(", "-type", "f", "!", "-readable", "-o", *folder, ")", "-print0")
    found = _find(target, host, *tests)
    return [spelled(name) for name in found.split(b"\0") if name]


def _warnings(target: Target, walk: _Walk) -> Iterator[str]:
    yield "Berkas dibaca satu demi satu, bukan pada satu saat; berkas yang berubah selama dibaca disebut dalam laporan."
    if target.exclude:
        yield f"Tidak ikut dicadangkan (register aset): {', '.join(target.exclude)}."
    if sockets := walk.kinds["s"]:
        yield f"{sockets} soket tidak ikut dicadangkan; soket dibuat kembali oleh aplikasinya."
    special = [f"{walk.kinds[kind]} {name}" for kind, name in _SPECIAL.items() if walk.kinds[kind]]
    if special:
        yield f"Berkas khusus ikut dicatat tanpa isi: {', '.join(special)}."
    if walk.elsewhere:
        yield f"{walk.elsewhere} folder merupakan sistem berkas lain dan isinya tidak ikut dicadangkan."
