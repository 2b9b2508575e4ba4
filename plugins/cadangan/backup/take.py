"""Take a back-up: the database, what it held and the server's globals, at every destination or at none."""

import logging
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Literal

from cadangan.backup.job import BackupJob
from cadangan.backup.record import Facts, make_manifest
from cadangan.core.manifest import Artefact, Inventory, Manifest
from cadangan.core.naming import BackupName
from cadangan.engines.postgres import Snapshot, Target
from cadangan.errors import TargetUnreachable
from cadangan.hosts import local
from cadangan.hosts.command import Command
from cadangan.stream.pump import OnProgress, Progress, pump
from cadangan.vault.copies import finished, read_manifest
from cadangan.vault.deposit import Deposit, deposit
from cadangan.vault.place import require_room

log = logging.getLogger(__name__)
_CANCEL_SECONDS = 15.0


def take_backup(job: BackupJob, on_progress: OnProgress) -> Manifest:
    """Dump the database and the server's globals to every destination and return the manifest beside them.

    What a killed try of the same item left is swept first. Raise NoSpace, EngineError, StreamError or VaultError;
    after any exception nothing of this try lies under a final name.
    """
    require_room(job.places, job.needed_bytes)
    started_at = datetime.now(UTC)
    name = job.name(started_at)
    with deposit(job.places, name, job.registered) as made:
        manifest = _Try(job, name, started_at, made).dump(on_progress)
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

    def dump(self, on_progress: OnProgress) -> Manifest:
        """Dump globals and database, taking stock of the database in the dump's own snapshot meanwhile."""
        engine, target, policy = self.job.engine, self.job.target, self.job.policy
        with (
            engine.open_snapshot(target, policy.lock_timeout, policy.idle_timeout) as snapshot,
            engine.credentials(target, snapshot.server.encoding) as env,
        ):
            server = snapshot.server
            client = engine.choose(server.major, self.job.client_dirs)
            # First what is small: a missing privilege shows before the hours of the dump.
            globals_ = self._stream("globals", engine.globals_command(client, env, server.reads_passwords), _silent)
            command = engine.dump_command(client, env, snapshot.id, policy.lock_timeout)
            with _inventory(snapshot, self.job.content_digest) as inventory:
                began = time.monotonic()
                dump = self._stream("dump", command, _guarded(on_progress, inventory))
                held = _awaited(inventory, target, max(policy.idle_timeout, time.monotonic() - began))
        facts = Facts(server, client, self.started_at, snapshot.at)
        return make_manifest(self.job, self.name, facts, held, (dump, globals_))

    def _stream(self, kind: Literal["dump", "globals"], command: Command, on_progress: OnProgress) -> Artefact:
        file_name = self.name.artefact(kind)
        copies = self.made.drafts(file_name)
        with local.start(command) as process:
            streamed = pump(process, copies, self.job.policy, self.job.predicted_bytes, on_progress)
        return Artefact(kind=kind, name=file_name, **asdict(streamed))


@contextmanager
def _inventory(snapshot: Snapshot, digest_method: str) -> Iterator[Future[Inventory]]:
    """Take the inventory in a thread beside the block, and give it up when the block fails."""
    with ThreadPoolExecutor(1, thread_name_prefix="cadangan-inventory") as pool:
        inventory = pool.submit(snapshot.inventory, digest_method)
        try:
            yield inventory
        except BaseException:
            # Again and again: a query that only begins after a cancellation is not cancelled by it.
            limit = time.monotonic() + _CANCEL_SECONDS
            while not inventory.done() and time.monotonic() < limit:
                snapshot.cancel()
                wait([inventory], timeout=0.5)
            snapshot.hang_up()
            raise


def _awaited(inventory: Future[Inventory], target: Target, limit: float) -> Inventory:
    """Return the inventory. Taken beside the dump it needs a fraction of its time, so that one which needs as long
    again does so because the server hangs."""
    try:
        return inventory.result(limit)
    except TimeoutError as err:
        raise TargetUnreachable(
            f"The inventory of {target} did not end within {limit:.0f} s after the dump. See whether the server "
            "hangs and what its session waits for, then clear the task; raise stream.idle_timeout if it needs longer."
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
