"""Restore one stored back-up with nothing but its files, a key and a server: no register, no configuration."""

from dataclasses import dataclass, replace
from pathlib import Path

from cadangan.core.naming import BackupName, parse
from cadangan.engines import engine
from cadangan.engines.contract import Site
from cadangan.engines.restoring import Fitness
from cadangan.errors import KeyMissing, NameInvalid, RestoreRefused
from cadangan.hosts import local
from cadangan.restore.job import OnProgress, RestoreJob, silent
from cadangan.restore.judge import Judgement, judge
from cadangan.restore.load import load
from cadangan.steps.rebuild import copies_at, place_at
from cadangan.steps.target_url import Address
from cadangan.stream.identities import fitting_identity
from cadangan.vault.copies import read_manifest
from cadangan.vault.place import Place

_NAME = "manifest"


@dataclass(frozen=True)
class Folder(Place):
    """The one folder in which the files of a back-up lie, whatever it is called."""

    def folder(self, asset: str) -> str:
        """Return the folder itself."""
        return self.base

    def url(self, asset: str, file_name: str) -> str:
        """Return the address of a file, for people."""
        return f"{self.address.rstrip('/')}/{file_name}"


def open_backup(manifest_address: str, key_file: Path) -> RestoreJob:
    """Return the job that restores the back-up whose manifest lies at an address beside its files; its site is none.

    :raises VaultError: the manifest cannot be read, or is none.
    :raises RestoreRefused: a file of the back-up is missing or has another length, or the key file cannot be read.
    :raises KeyMissing: no key in that file opens the back-up.
    """
    place, name = _located(manifest_address)
    manifest = read_manifest(place, name)
    if problems := copies_at(place, name, manifest)[1]:
        raise RestoreRefused(" ".join(problems))
    try:
        keys = key_file.read_text(encoding="utf-8", errors="replace")
    except OSError as err:
        raise KeyMissing(f"The key file {key_file} cannot be read: {err.strerror}.") from err
    return RestoreJob(
        manifest=manifest,
        place=place,
        engine=engine(manifest.source.engine),
        site=Site(None, local),
        identity=fitting_identity(keys, manifest.codec.recipients),
    )


def _located(manifest_address: str) -> tuple[Place, BackupName]:
    folder, slash, file_name = manifest_address.rpartition("/")
    try:
        name = parse(file_name)
    except NameInvalid as err:
        raise RestoreRefused(f"{file_name} is not named like a manifest; give it the name it was stored by.") from err
    if file_name != name.manifest():
        raise RestoreRefused(f"{file_name} is not the manifest; that is {name.manifest()}.")
    found = place_at(_NAME, folder if slash else ".")
    return Folder(found.name, found.fs, found.address, found.base), name


def aimed(
    job: RestoreJob,
    address: Address,
    only: tuple[str, ...] = (),
    client_dirs: tuple[str, ...] = (),
    on_progress: OnProgress = silent,
) -> RestoreJob:
    """Return the job with its target.

    :param only: the members of a file tree that are wanted; none for all.
    :raises RestoreRefused: the back-up is of something that has no members.
    """
    target = job.engine.target_of(address.login, address.database)
    if only:
        if not hasattr(job.engine, "narrowed"):
            raise RestoreRefused("Single files are restored out of a file tree; this back-up is restored as a whole.")
        target = replace(target, only=only)
    return replace(job, site=Site(target, local), client_dirs=client_dirs, on_progress=on_progress)


def examine(job: RestoreJob) -> Fitness:
    """Return what is known of the target before anything is done there.

    :raises RestoreRefused: the back-up cannot be restored there; every reason is named.
    """
    if not hasattr(job.engine, "open_load"):
        raise RestoreRefused(f"This version of Cadangan does not restore back-ups of {job.manifest.source.engine}.")
    fitness: Fitness = job.engine.examine_target(job.manifest, job.site.target, job.client_dirs, job.site.host)
    if fitness.blockers:
        raise RestoreRefused(" ".join(fitness.blockers))
    return fitness


def restore(job: RestoreJob) -> None:
    """Restore to the target, which is made where it is not there; errors are those of `restore.load`."""
    if not job.engine.exists(job.site.target):
        job.engine.create(job.site.target, job.manifest)
    load(job, job.site.target)


def compared(job: RestoreJob) -> Judgement:
    """Return how what was restored differs from what the manifest says of it; raise EngineError."""
    target = job.site.target
    if hasattr(job.engine, "narrowed"):
        job = replace(job, manifest=job.engine.narrowed(job.manifest, target.only))
    return judge(job, target)
