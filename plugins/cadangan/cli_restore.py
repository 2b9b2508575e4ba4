"""The command `restore`: for a machine with nothing but this package, no Airflow, no register, no configuration."""

import os
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from cadangan.core.manifest import Artefact
from cadangan.errors import CadanganError
from cadangan.restore.job import RestoreJob
from cadangan.steps import by_hand
from cadangan.steps.target_url import Address, read_target

PASSWORD = "CADANGAN_TARGET_PASSWORD"  # noqa: S105 - the name of a variable
DIFFERENT = 1
_EVERY_SECONDS = 5.0


def restore(
    *,
    manifest: Annotated[str, typer.Option(help="The manifest beside the back-up's files: a path or a URL.")],
    identity: Annotated[Path, typer.Option(help="A file with the age key (AGE-SECRET-KEY-…).")],
    target: Annotated[
        str,
        typer.Option(
            help="Where to: postgresql://USER@HOST/NEW, mysql://USER@HOST/NEW, or a path for SQLite and file trees. It "
            f"must be new or empty. The password is taken from ${PASSWORD}, PostgreSQL's password file, or asked for."
        ),
    ],
    compare: Annotated[bool, typer.Option(help="Compare what came with the manifest, row by row.")] = True,
    only: Annotated[
        list[str] | None,
        typer.Option(help="Of a file tree: a file, or a folder with all in it. Repeat it for several."),
    ] = None,
    client_dir: Annotated[
        list[str] | None, typer.Option(help="A further folder with client programs. Repeat it for several.")
    ] = None,
) -> None:
    """Restore one stored back-up to a new place; exit 1 when what came is not what the manifest says."""
    job = by_hand.open_backup(manifest, identity)
    address = read_target(target, job.manifest.source.engine)
    job = by_hand.aimed(job, _with_password(job, address), tuple(only or ()), tuple(client_dir or ()), Progress())
    for warning in by_hand.examine(job).warnings:
        _say(warning)
    began = time.monotonic()
    _restore(job)
    typer.echo(f"{job.manifest.backup} was restored to {job.site.target} in {time.monotonic() - began:.1f} s.")
    if compare:
        raise typer.Exit(_compare(job))


def _restore(job: RestoreJob) -> None:
    try:
        by_hand.restore(job)
    except CadanganError:
        _say(f"What there is of {job.site.target} now counts for nothing; remove it before you repeat.")
        raise


def _compare(job: RestoreJob) -> int:
    _say("Comparing with the manifest …")
    judgement = by_hand.compared(job)
    for harmless in judgement.harmless:
        _say(f"No loss: {harmless.sentence}")
    for untold in judgement.not_compared:
        _say(untold.sentence)
    for difference in judgement.differences:
        typer.echo(difference.sentence)
    if judgement.differences:
        typer.echo(f"{len(judgement.differences)} differences from the manifest.")
        return DIFFERENT
    typer.echo("All that was compared is as the manifest says.")
    return 0


def _with_password(job: RestoreJob, address: Address) -> Address:
    """Return the address with a password: never from the command line, which others can read."""
    if not address.login.user:
        return address
    password = os.environ.get(PASSWORD, "")
    if not password and hasattr(job.engine, "saved_password"):
        password = job.engine.saved_password(job.engine.target_of(address.login, address.database))
    if not password and sys.stdin.isatty():
        password = typer.prompt("Password", default="", hide_input=True, show_default=False, err=True)
    return replace(address, login=replace(address.login, password=password))


class Progress:
    """Says now and then how much of an artefact was taken, and once that it was all."""

    def __init__(self) -> None:
        self._said_at = time.monotonic()

    def __call__(self, artefact: Artefact, raw_bytes: int) -> None:
        """See OnProgress."""
        whole = raw_bytes == artefact.raw_bytes
        if whole or time.monotonic() - self._said_at >= _EVERY_SECONDS:
            self._said_at = time.monotonic()
            _say(f"{artefact.kind.value}: {raw_bytes:,} of {artefact.raw_bytes:,} bytes read")


def _say(text: str) -> None:
    typer.echo(text, err=True)
