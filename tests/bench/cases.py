"""The cases: what an administrator writes in a shell, and what Cadangan does."""

import os
import subprocess
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pyrage
from fsspec.implementations.local import LocalFileSystem

from cadangan.backup.check import Checker, check_copy
from cadangan.backup.job import BackupJob
from cadangan.backup.take import take_backup
from cadangan.config.policies import StreamPolicy
from cadangan.core.manifest import Manifest
from cadangan.core.naming import BackupName, Kind, parse
from cadangan.engines import postgres
from cadangan.engines.contract import Site
from cadangan.hosts import local
from cadangan.hosts.command import Command
from cadangan.hosts.host import Host
from cadangan.stream.pump import Progress, pump
from cadangan.stream.seal import Source
from cadangan.vault.copies import delete
from cadangan.vault.deposit import deposit
from cadangan.vault.place import Place
from tests.bench.database import Bench
from tests.bench.measure import Case

IDENTITY = pyrage.x25519.Identity.generate()
RECIPIENT = str(IDENTITY.to_public())
POLICY = StreamPolicy(recipients=(RECIPIENT,), level=3, threads=2)
_SEAL = f"zstd -q -3 -T0 | age -r {RECIPIENT}"


def shell(bench: Bench, script: str, folder: Path) -> Case:
    """A case that is a bash script; `$dump` is the dump client with its arguments."""
    dump = f"{bench.program('pg_dump')} -Fc"
    line = script.replace("$dump", dump)

    def case() -> None:
        bash(line, bench.env, folder)

    return case


def bash(script: str, env: Mapping[str, str], folder: Path) -> None:
    subprocess.run(["bash", "-e", "-o", "pipefail", "-c", script], env=os.environ | dict(env), cwd=folder, check=True)


def shell_cases(bench: Bench, folder: Path) -> dict[str, Case]:
    """Return the rivals by name."""
    scripts = {
        "SHELLREF": f"$dump -Z0 | {_SEAL} | tee >(sha256sum > ref.sum) > ref; sync ref",
        "SHELLFAIR": (
            "rm -f pipe; mkfifo pipe; openssl dgst -sha256 < pipe > fair.sum & "
            f"$dump -Z0 | {_SEAL} | tee pipe > fair; wait; sync fair"
        ),
        "FLOOR": "$dump -Z0 > /dev/null",
        "pg_dump -Fc": "$dump > gzip; sync gzip",
    }
    return {name: shell(bench, script, folder) for name, script in scripts.items()}


def cadangan(bench: Bench, folders: tuple[Path, ...], host: Host = local) -> Case:
    """The pipeline into one copy a folder, finished and removed again: the counterpart of the shell's."""
    command = Command((bench.program("pg_dump"), "-Fc", "-Z0", "--no-password"), bench.env)
    places = tuple(_place(folder) for folder in folders)

    def case() -> None:
        name = BackupName("bench", datetime.now(UTC), "BR-2026-00001", 1, os.getpid())
        with deposit(places, name) as made:
            copies = made.drafts(name.artefact(Kind.DUMP))
            with host.stream(command) as process:
                pump(Source(process), copies, POLICY, 0, silent)
            made.finish("{}")
        for place in places:
            delete(place, name)

    return case


def job(bench: Bench, folder: Path, content_digest: str) -> BackupJob:
    """Return the job of the dump task for the bench's database."""
    return BackupJob(
        request_no="BR-2026-00001",
        round=1,
        item_id=1,
        plan_sha256="0" * 64,
        asset="bench",
        server="bench",
        engine=postgres,
        site=Site(bench.target, local),
        client_dirs=(),
        places=(_place(folder),),
        policy=POLICY,
        predicted_bytes=0,
        needed_bytes=0,
        content_digest=content_digest,
    )


def whole_backup(bench: Bench, folder: Path, content_digest: str) -> Case:
    """A back-up as the dump task takes it: globals, dump, and the inventory beside it; finished and removed again."""
    whole = job(bench, folder, content_digest)

    def case() -> None:
        delete(whole.places[0], parse(take_backup(whole, silent).backup))

    return case


def inventory(bench: Bench, content_digest: str) -> Case:
    """Counts and content digests alone."""

    def case() -> None:
        with postgres.open_snapshot(bench.target, POLICY.lock_timeout) as snapshot:
            snapshot.inventory(content_digest)

    return case


def check(folder: Path, manifest: Manifest) -> Case:
    """What the checksum task does with one copy."""
    checker = Checker(postgres, (), str(IDENTITY))

    def case() -> None:
        failed = [part for part in check_copy(_place(folder), manifest, checker) if part.failed]
        if failed:
            raise RuntimeError(failed)

    return case


def restore(bench: Bench, folder: Path, manifest: Manifest) -> Case:
    """What an administrator writes to restore."""
    dump = manifest.artefacts[0].name
    script = f"age -d -i key bench/{dump} | zstd -q -d | {bench.program('pg_restore')} --exit-on-error -d scratch"

    def case() -> None:
        bench.create("scratch")
        bash(script, bench.env, folder)

    return case


def _place(folder: Path) -> Place:
    return Place(folder.name, LocalFileSystem(), folder.as_uri(), str(folder))


def silent(progress: Progress) -> None:
    """Report nothing."""
