"""Rehearsals of what has no server: in a folder of one's own."""

from pathlib import Path
from typing import Any

from cadangan.backup.job import BackupJob
from cadangan.backup.take import take_backup
from cadangan.engines.contract import Site
from cadangan.hosts import local
from cadangan.restore.job import RestoreJob
from cadangan.restore.rehearse import Rehearsal, rehearse
from tests.backup.builders import silent
from tests.restore.builders import STALE, Stored, restore_job


def taken(job: BackupJob) -> Stored:
    """What `job` backs up, stored."""
    return Stored(job, take_backup(job, silent))


def job_into(of: Stored, place: Path, **overrides: Any) -> RestoreJob:
    """The job that restores to `place`."""
    site = Site(of.job.site.target.__class__(str(place)), local)
    return restore_job(of, None, **({"site": site} | overrides))


def rehearsed_in(folder: Path, of: Stored, **overrides: Any) -> Rehearsal:
    """Rehearse in `folder`, which is left as it was."""
    folder.mkdir(exist_ok=True)
    with of.job.engine.embedded(of.manifest, (), folder) as target:
        rehearsal = rehearse(restore_job(of, None, **({"site": Site(target, local)} | overrides)), STALE)
    assert list(folder.iterdir()) == []
    return rehearsal
