"""Take a back-up: every part of it and what the source held, at enough destinations or at none."""

import logging
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from cadangan.backup.job import BackupJob
from cadangan.backup.record import make_manifest
from cadangan.core.manifest import Artefact, Inventory, Manifest
from cadangan.core.naming import BackupName, parse
from cadangan.engines.contract import Dump, Part
from cadangan.errors import CadanganError, CopyMissing, TargetUnreachable, VaultError
from cadangan.hosts.host import Process
from cadangan.stream.pump import OnProgress, Progress, pump
from cadangan.stream.seal import Source
from cadangan.vault.copies import finished, read_manifest
from cadangan.vault.deposit import Deposit, deposit
from cadangan.vault.place import shortages

log = logging.getLogger(__name__)
_CANCEL_SECONDS = 15.0


OnLost = Callable[[str, CadanganError], object]


def _ignore(destination: str, why: CadanganError) -> None:
    """The log has it already."""


def take_backup(job: BackupJob, on_progress: OnProgress, on_lost: OnLost = _ignore) -> Manifest:
    """Dump an asset to its destinations and return the manifest beside the copies.

    What a killed try of the same item left is swept first. A destination that fails is left out as long as
    `job.min_copies` others are good. Raise NoSpace, EngineError, StreamError or VaultError; after any exception
    nothing of this try lies under a final name.

    :param on_lost: told, at the end, of each destination that holds no copy, and why.
    """
    started_at = datetime.now(UTC)
    name = job.name(started_at)
    with deposit(job.places, name, job.registered, job.min_copies) as made:
        for destination, why in shortages(job.places, job.needed_bytes).items():
            made.lose(destination, why)
        manifest = _Try(job, name, started_at, made).manifest(on_progress)
        made.finish(manifest.model_dump_json(indent=1))
    for destination, fault in made.lost.items():
        on_lost(destination, fault)
    log.info("Back-up %s lies at %s", name, ", ".join(p.name for p in job.places if p.name not in made.lost))
    return manifest


def find_finished(job: BackupJob, on_lost: OnLost = _ignore) -> Manifest | None:
    """Return the manifest of a back-up of this item and round that is complete at enough destinations, else None.

    A worker that is killed between finishing a back-up and registering it leaves one; the next try takes it over.
    Raise VaultError when too few destinations answer.
    """
    wanted = job.name(datetime.now(UTC))
    at_each, silent = _finished_at_each(job)
    found = Counter(str(name) for names in at_each.values() for name in names if name.same_work(wanted))
    latest = max((name for name, places in found.items() if places >= job.min_copies), default=None)
    if latest is None:
        return None
    manifest: Manifest | None = None
    for place in job.places:
        if place.name in silent:
            on_lost(place.name, silent[place.name])
        elif latest not in map(str, at_each[place.name]):
            on_lost(place.name, CopyMissing(f"Copy {place.name} was not finished.", destination=place.name))
        else:
            manifest = manifest or read_manifest(place, parse(latest))
    return manifest


def _finished_at_each(job: BackupJob) -> tuple[dict[str, list[BackupName]], dict[str, CadanganError]]:
    """Return what is complete at the destinations that answer, and why the others do not."""
    at_each: dict[str, list[BackupName]] = {}
    silent: dict[str, CadanganError] = {}
    for place in job.places:
        try:
            at_each[place.name] = finished(place, job.asset)
        except VaultError as err:
            silent[place.name] = err
    if len(at_each) < job.min_copies:
        raise next(iter(silent.values()))
    return at_each, silent


@dataclass(frozen=True)
class _Try:
    """One try of one job."""

    job: BackupJob
    name: BackupName
    started_at: datetime
    made: Deposit

    def manifest(self, on_progress: OnProgress) -> Manifest:
        """Stream every part, taking stock of the source beside the last one, and return what was made."""
        job = self.job
        with job.engine.open_dump(job.site.target, job.client_dirs, job.policy, job.site.host) as dump:
            *small, last = dump.parts
            before = [self._small(part) for part in small]
            # Only then the inventory: the view that both begin with holds up others, and a host may be far away.
            with job.site.host.stream(last.command) as process, _inventory(dump, job.content_digest) as inventory:
                began = time.monotonic()
                main = self._carried(last, process, _guarded(on_progress, inventory))
                held = _awaited(inventory, job, max(job.policy.idle_timeout, time.monotonic() - began))
            return make_manifest(
                job, self.name, dump, started_at=self.started_at, inventory=held, artefacts=(main, *before)
            )

    def _small(self, part: Part) -> Artefact:
        with self.job.site.host.stream(part.command) as process:
            return self._carried(part, process, _silent)

    def _carried(self, part: Part, process: Process, on_progress: OnProgress) -> Artefact:
        file_name, job = self.name.artefact(part.kind), self.job
        source = Source(process, part.fine, part.watcher)
        drafts = self.made.drafts(file_name)
        streamed = pump(source, drafts, job.policy, job.predicted_bytes, on_progress, job.min_copies)
        if part.listener:
            part.listener(process.stderr_tail())
        for fault in streamed.lost:
            self.made.lose(fault.destination, fault)
        return Artefact(
            kind=part.kind,
            name=file_name,
            raw_bytes=streamed.raw_bytes,
            stored_bytes=streamed.stored_bytes,
            sha256=streamed.sha256,
            raw_sha256=streamed.raw_sha256,
        )


@contextmanager
def _inventory(dump: Dump, digest_method: str) -> Iterator[Future[Inventory]]:
    """Take the inventory in a thread beside the block, and give it up when the block fails."""
    with ThreadPoolExecutor(1, thread_name_prefix="cadangan-inventory") as pool:
        inventory = pool.submit(dump.inventory, digest_method)
        try:
            yield inventory
        except BaseException:
            # Again and again: a query that only begins after a cancellation is not cancelled by it.
            limit = time.monotonic() + _CANCEL_SECONDS
            while not inventory.done() and time.monotonic() < limit:
                dump.cancel()
                wait([inventory], timeout=0.5)
            dump.hang_up()
            raise


def _awaited(inventory: Future[Inventory], job: BackupJob, limit: float) -> Inventory:
    """Return the inventory. Taken beside the dump it needs a fraction of its time, so that one which needs as long
    again does so because the server hangs."""
    try:
        return inventory.result(limit)
    except TimeoutError as err:
        raise TargetUnreachable(
            f"The inventory of {job.asset} on {job.server} did not end within {limit:.0f} s after the dump. See "
            "whether the server hangs and what its session waits for, then clear the task; raise stream.idle_timeout "
            "if it needs longer."
        ) from err


def _guarded(on_progress: OnProgress, inventory: Future[Inventory]) -> OnProgress:
    """Report progress, and end the dump early once the inventory has failed: it would not count without one."""

    def report(progress: Progress) -> None:
        if inventory.done():
            inventory.result()
        on_progress(progress)

    return report


def _silent(progress: Progress) -> None:
    """Report nothing: the globals are a few kilobytes."""
