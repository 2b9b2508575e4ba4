"""The cases: what an administrator writes in a shell, and what Cadangan does."""

import os
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pyrage
from fsspec.implementations.local import LocalFileSystem

from cadangan.config.policies import StreamPolicy
from cadangan.core.naming import BackupName
from cadangan.hosts import local
from cadangan.hosts.command import Command
from cadangan.stream.pump import Progress, pump
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
        subprocess.run(["bash", "-e", "-o", "pipefail", "-c", line], env=os.environ | bench.env, cwd=folder, check=True)

    return case


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


def cadangan(bench: Bench, folders: tuple[Path, ...]) -> Case:
    """The pipeline into one copy a folder, finished and removed again."""
    command = Command((bench.program("pg_dump"), "-Fc", "-Z0", "--no-password"), bench.env)
    places = tuple(Place(folder.name, LocalFileSystem(), folder.as_uri(), str(folder)) for folder in folders)

    def case() -> None:
        name = BackupName("bench", datetime.now(UTC), "BR-2026-00001", 1, os.getpid())
        with deposit(places, name) as made:
            copies = made.drafts(name.artefact("dump"))
            with local.start(command) as process:
                pump(process, copies, POLICY, 0, _silent)
            made.finish("{}")

    return case


def _silent(progress: Progress) -> None:
    """Report nothing."""
