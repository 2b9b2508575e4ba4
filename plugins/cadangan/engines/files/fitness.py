"""Can a back-up be restored to a folder, and what should be known before?"""

import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from cadangan.core.manifest import FileFacts, Manifest
from cadangan.engines.files.client import find_tar
from cadangan.engines.files.places import exists, is_empty
from cadangan.engines.files.selection import missing
from cadangan.engines.files.target import Target
from cadangan.engines.restoring import Fitness
from cadangan.errors import ClientMissing
from cadangan.hosts import local
from cadangan.hosts.host import Host

_DEVICES = ("character device", "block device")
_OWNER_READS, _OWNER_ENTERS = 0o400, 0o500


def examine_target(manifest: Manifest, target: Target, client_dirs: Sequence[str], host: Host = local) -> Fitness:
    """Return whether the back-up of `manifest` can be restored to the folder of `target`; see the contract."""
    version: str | None = None
    without: tuple[str, ...] = ()
    try:
        version = f"tar {find_tar(local)}"
    except ClientMissing:
        without = ("GNU tar 1.29 atau lebih baru belum terpasang pada mesin ini.",)
    return Fitness(
        server_version=f"GNU {version}" if version else "-",
        restores_with=version,
        blockers=(*without, *_of_the_host(host), *_of_the_place(manifest, target), *_of_the_account(manifest)),
        warnings=tuple(_warnings()),
    )


def _of_the_host(host: Host) -> Iterator[str]:
    if host is not local:
        yield "Pohon berkas hanya dapat dipulihkan pada mesin pekerja; salin hasilnya ke mesin lain sesudahnya."


def _of_the_place(manifest: Manifest, target: Target) -> Iterator[str]:
    parent = Path(target.database).parent
    if unknown := missing(manifest, target.only):
        yield f"Cadangan ini tidak memuat {', '.join(unknown)}."
    if not os.access(parent, os.W_OK | os.X_OK):
        yield f"Folder {parent} tidak ada atau tidak dapat ditulisi."
        return
    needed = sum(artefact.raw_bytes for artefact in manifest.artefacts)
    if shutil.disk_usage(parent).free < needed:
        yield f"Ruang pada folder {parent} tidak cukup: diperlukan {needed} byte."
    if any(" " in each.attributes.partition(" ")[2] for each in manifest.inventory.files) and not _keeps(parent):
        yield f"Sistem berkas {parent} tidak mengenal atribut tambahan, yang dimiliki berkas dalam cadangan ini."
    if exists(target) and not is_empty(target):
        yield f"{target} bukan folder kosong; pulihkan ke folder baru."


def _keeps(folder: Path) -> bool:
    """Return whether the file system takes extended attributes."""
    with tempfile.NamedTemporaryFile(dir=folder, prefix=".cadangan-") as file:
        try:
            os.setxattr(file.fileno(), "user.cadangan", b"?")
        except OSError:
            return False
    return True


def _of_the_account(manifest: Manifest) -> Iterator[str]:
    if os.geteuid() != 0 and any(map(_needs_root, manifest.inventory.files)):
        yield "Cadangan ini memuat berkas perangkat atau berkas yang hanya dapat dipulihkan dan dibaca oleh root."


def _needs_root(facts: FileFacts) -> bool:
    mode = facts.attributes.partition(" ")[0]
    if facts.kind in _DEVICES:
        return True
    if facts.kind not in ("file", "directory") or not mode:
        return False
    wanted = _OWNER_ENTERS if facts.kind == "directory" else _OWNER_READS
    return int(mode, 8) & wanted != wanted


def _warnings() -> Iterator[str]:
    if os.geteuid() != 0:
        yield "Akun ini bukan root: semua berkas akan menjadi miliknya, dan pemilik semula tidak dipulihkan."
