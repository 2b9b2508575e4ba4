"""Can a back-up be restored to a file, and what should be known before?"""

import os
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

from cadangan.core.manifest import Manifest
from cadangan.engines.restoring import Fitness
from cadangan.engines.sqlite.client import find_client
from cadangan.engines.sqlite.places import BESIDE, exists, is_empty
from cadangan.engines.sqlite.target import Target
from cadangan.errors import ClientMissing
from cadangan.hosts import local
from cadangan.hosts.host import Host


def examine_target(manifest: Manifest, target: Target, client_dirs: Sequence[str], host: Host = local) -> Fitness:
    """Return whether the back-up of `manifest` can be restored to the file of `target`; see the contract."""
    without: tuple[str, ...] = ()
    try:
        version = find_client(local).version
    except ClientMissing:
        version, without = "", ("Program sqlite3 (3.33 atau lebih baru) belum terpasang pada mesin ini.",)
    return Fitness(
        server_version=version or "-",
        restores_with=f"sqlite3 {version}" if version else None,
        blockers=(*without, *_of_the_host(host), *_of_the_place(manifest, Path(target.database))),
        warnings=tuple(_warnings(manifest, version)),
    )


def _of_the_host(host: Host) -> Iterator[str]:
    if host is not local:
        yield "Berkas basis data hanya dapat dipulihkan pada mesin pekerja; salin hasilnya ke mesin lain sesudahnya."


def _of_the_place(manifest: Manifest, path: Path) -> Iterator[str]:
    if not os.access(path.parent, os.W_OK | os.X_OK):
        yield f"Folder {path.parent} tidak ada atau tidak dapat ditulisi."
        return
    needed = sum(artefact.raw_bytes for artefact in manifest.artefacts)
    if shutil.disk_usage(path.parent).free < needed:
        yield f"Ruang pada folder {path.parent} tidak cukup: diperlukan {needed} byte."
    if exists(Target(str(path))):
        if not is_empty(Target(str(path))):
            yield f"Berkas {path} tidak kosong, atau ada sisa basis data lama di sampingnya; pulihkan ke berkas baru."
    elif left := [f"{path}{suffix}" for suffix in BESIDE if Path(f"{path}{suffix}").exists()]:
        yield f"Sisa basis data lama akan ikut terbaca: {', '.join(left)}; singkirkan terlebih dahulu."


def _warnings(manifest: Manifest, version: str) -> Iterator[str]:
    source = manifest.source.server_version
    if version and _numbers(version) < _numbers(source):
        yield f"SQLite {version} pada mesin ini lebih lama daripada {source} pada sumbernya."


def _numbers(version: str) -> list[int]:
    return [int(part) for part in version.split(".") if part.isdigit()]
