"""Trees with all that a file system can hold, what there is to know of one, and jobs for them."""

import hashlib
import os
import struct
import subprocess

from cadangan.engines import engine
from cadangan.engines.contract import Site
from cadangan.engines.files.client import dump_command
from cadangan.engines.files.target import Target
from cadangan.hosts import local
from tests.backup.builders import job_for

HOSTILE = (b"-rf", b"baris\nbaru", b"\xff\xfe bukan utf-8", "😀 ünïcode".encode(), b"garis\\miring", b"* ?", b"n" * 200)
_OWNER, _GROUP, _OTHER, _MASK, _USER = 1, 4, 32, 16, 2
_NOBODY = 65534


def filled(root):
    """Fill the folder `root` and return it."""
    root.mkdir()
    top = os.fsencode(root)
    for number, name in enumerate(HOSTILE):
        with open(os.path.join(top, name), "wb") as file:
            file.write(name * number)
        os.utime(os.path.join(top, name), ns=(0, 1_700_000_000_123_456_789 + number))
    deep = root / "dalam" / ("sangat " * 20) / ("panjang " * 20)
    deep.mkdir(parents=True)
    (deep / "berkas").write_bytes(os.urandom(3_000_000))
    (root / "sandi").write_text("rahasia")
    (root / "sandi").chmod(0o4640)
    os.chown(root / "sandi", 1234, 5678)
    (root / "keras").hardlink_to(root / "sandi")
    (root / "lunak").symlink_to("../tiada\n/di sini")
    os.mkfifo(root / "pipa")
    with (root / "jarang").open("wb") as file:
        file.seek(5_000_000)
        file.write(b"data")
        file.truncate(90_000_000)
    os.setxattr(root / "sandi", "user.asal", b"bi\0ner=\n")
    os.setxattr(deep, "system.posix_acl_access", _acl(_NOBODY))
    return root


def _acl(user):
    entries = [(_OWNER, 7, 0xFFFFFFFF), (_USER, 5, user), (_GROUP, 5, 0xFFFFFFFF)]
    entries += [(_MASK, 5, 0xFFFFFFFF), (_OTHER, 0, 0xFFFFFFFF)]
    return struct.pack("<I", 2) + b"".join(struct.pack("<HHI", *entry) for entry in entries)


def seen(root):
    """All that is to be the same in a restored tree, by path."""
    found = {}
    for folder, folders, names in os.walk(os.fsencode(root)):
        for name in [b".", *folders, *names]:
            path = os.path.join(folder, name)
            found[os.path.relpath(path, os.fsencode(root))] = _one(path)
    return found


def _one(path):
    info = os.lstat(path)
    link = os.path.islink(path)
    attributes = {} if link else {name: os.getxattr(path, name) for name in os.listxattr(path)}
    content = os.readlink(path) if link else _sha256(path) if os.path.isfile(path) else b""
    return info.st_mode, info.st_uid, info.st_gid, info.st_mtime_ns, info.st_nlink, attributes, content


def _sha256(path):
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def target(root, *exclude):
    return Target(str(root), exclude)


def job_of(root, folder, *exclude, **overrides):
    fields = {"engine": engine("files"), "site": Site(target(root, *exclude), local), "asset": "unggahan"}
    return job_for(None, folder, **(fields | {"server": "srv-berkas"} | overrides))


def archived(root, *exclude):
    """What the engine's tar writes of a tree."""
    return subprocess.run(dump_command(target(root, *exclude)).argv, capture_output=True, check=True).stdout
