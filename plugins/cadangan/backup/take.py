"""Take a back-up: every part of it and what the source held, at every destination or at none."""

import logging
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

from cadangan.backup.job import BackupJob
from cadangan.backup.record import make_manifest
from cadangan.core.manifest import Artefact, Inventory, Manifest
from cadangan.core.naming import BackupName
from cadangan.engines.contract import Dump, Part
from cadangan.errors import TargetUnreachable
from cadangan.hosts.host import Process
from cadangan.stream.pump import OnProgress, Progress, pump
from cadangan.stream.seal import Source
from cadangan.vault.copies import finished, read_manifest
from cadangan.vault.deposit import Deposit, deposit
from cadangan.vault.place import require_room

log = logging.getLogger(__name__)
_CANCEL_SECONDS = 15.0


def take_backup(job: BackupJob, on_progress: OnProgress) -> Manifest:
    """Dump an asset to every destination and return the manifest beside the copies.

    What a killed try of the same item left is swept first. Raise NoSpace, EngineError, StreamError or VaultError;
    after any exception nothing of this try lies under a final name.
    """
    require_room(job.places, job.needed_bytes)
    started_at = datetime.now(UTC)
    name = job.name(started_at)
    with deposit(job.places, name, job.registered) as made:
        manifest = _Try(job, name, started_at, made).manifest(on_progress)
        made.finish(manifest.model_dump_json(indent=1))
    log.info("Back-up %s lies at %s", name, ", ".join(place.name for place in job.places))
    return manifest


def find_finished(job: BackupJob) -> Manifest | None:
    """Return the manifest of a back-up of this item and round that is complete at every destination, else None.

    A worker that is killed between finishing a back-up and registering it leaves one; the next try takes it over.
    """
    wanted = job.name(datetime.now(UTC))
    at_each = [{name for name in finished(place, job.asset) if name.same_work(wanted)} for place in job.places]
    latest = max(set.intersection(*at_each), key=str, default=None)
    return None if latest is None else read_manifest(job.places[0], latest)


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
        file_name = self.name.artefact(part.kind)
        source = Source(process, part.fine, part.watcher)
        streamed = pump(source, self.made.drafts(file_name), self.job.policy, self.job.predicted_bytes, on_progress)
        if part.listener:
            part.listener(process.stderr_tail())
        return Artefact(kind=part.kind, name=file_name, **asdict(streamed))


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
