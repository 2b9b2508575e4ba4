"""Uji pulih: restore a back-up into a place that is thrown away, compare it with its manifest, and tell what came."""

import contextlib
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from cadangan.core.difference import Difference, NotCompared
from cadangan.core.naming import parse
from cadangan.core.side_names import Purpose, new_side_name
from cadangan.core.states import Verdict
from cadangan.errors import (
    CadanganError,
    ClientMissing,
    CopyMissing,
    DigestMismatch,
    EngineError,
    HostError,
    KeyMissing,
    ManifestMismatch,
    RestoreRefused,
    TargetUnreachable,
    VaultError,
)
from cadangan.restore.job import RestoreJob
from cadangan.restore.trial import Trial

log = logging.getLogger(__name__)
# These say that the copy is bad.
_BAD_COPY = (CopyMissing, DigestMismatch, ManifestMismatch)
# These say nothing of the back-up: where it was to be restored, or the way there, was not fit.
_NOT_ITS_FAULT = (TargetUnreachable, ClientMissing, HostError, KeyMissing, RestoreRefused, VaultError)


@dataclass(frozen=True)
class Rehearsal:
    """What a rehearsal showed.

    :param differences: from the manifest, each of which means loss; none unless the verdict is FAILED.
    :param harmless: differences that come of restoring elsewhere.
    :param not_compared: what could not be compared, and why.
    :param reason: why it was not run (Indonesian sentences) or, as an exception, why the restore failed.
    :param where: the place, for people.
    :param restore_seconds: for restoring; 0 where it did not come to that, like `compare_seconds`.
    """

    verdict: Verdict
    where: str
    started_at: datetime
    ended_at: datetime
    restore_seconds: float = 0.0
    compare_seconds: float = 0.0
    differences: tuple[Difference, ...] = ()
    harmless: tuple[Difference, ...] = ()
    not_compared: tuple[NotCompared, ...] = ()
    reason: str | CadanganError = ""

    @property
    def fault_of_copy(self) -> VaultError | None:
        """What is wrong with the copy, when that is why it came to nothing: another one may be good."""
        return self.reason if isinstance(self.reason, VaultError) else None


def rehearse(job: RestoreJob, stale_after: timedelta) -> Rehearsal:
    """Rehearse a back-up on the server of `job.site` and return what that showed.

    The place is removed whatever happens; what a killed rehearsal left is removed here once it is older than
    `stale_after`.
    """
    started_at = datetime.now(UTC)
    name = new_side_name(Purpose.REHEARSAL, parse(job.manifest.backup).asset, started_at)
    target = job.engine.side(job.site.target, name)
    trial = _Rehearsing(Trial(job, target), started_at)
    try:
        sweep(job, started_at - stale_after)
        fitness = job.engine.examine_target(job.manifest, target, job.client_dirs, job.site.host)
    except CadanganError as err:
        return trial.ended(Verdict.NOT_RUN, reason=err)
    if fitness.blockers:
        return trial.ended(Verdict.NOT_RUN, reason=" ".join(fitness.blockers))
    try:
        return trial.run()
    except _BAD_COPY as err:
        return trial.ended(Verdict.FAILED, reason=err)
    except _NOT_ITS_FAULT as err:
        return trial.ended(Verdict.NOT_RUN, reason=err)
    except CadanganError as err:
        return trial.ended(Verdict.FAILED, reason=err)


def sweep(job: RestoreJob, before: datetime) -> None:
    """Remove the places of rehearsals on the server of `job.site` that were made before `before`."""
    for name in job.engine.sides(job.site.target):
        if name.purpose is Purpose.REHEARSAL and name.at < before:
            log.warning("Removing %s, which a rehearsal left that did not end", name)
            _drop(job, job.engine.side(job.site.target, name))


def _drop(job: RestoreJob, target: object) -> None:
    try:
        job.engine.drop(target)
    except EngineError as err:
        # What was shown stays shown; a later rehearsal sweeps the place.
        log.warning("%s could not be removed and is left to a later rehearsal: %s", target, err)


@dataclass(frozen=True)
class _Rehearsing:
    trial: Trial
    started_at: datetime

    def run(self) -> Rehearsal:
        """Restore, compare and clean up."""
        with self._place():
            compared = self.trial.run()
        return self.ended(
            Verdict.FAILED if compared.differences else Verdict.PASSED,
            differences=compared.differences,
            harmless=compared.harmless,
            not_compared=compared.not_compared,
        )

    @contextlib.contextmanager
    def _place(self) -> Iterator[None]:
        job, target = self.trial.job, self.trial.target
        try:
            job.engine.create(target, job.manifest)
        except TargetUnreachable:
            raise
        except EngineError as err:
            raise RestoreRefused(f"{target} could not be made: {err}") from err
        try:
            yield
        finally:
            _drop(job, target)

    def ended(
        self,
        verdict: Verdict,
        *,
        reason: str | CadanganError = "",
        differences: tuple[Difference, ...] = (),
        harmless: tuple[Difference, ...] = (),
        not_compared: tuple[NotCompared, ...] = (),
    ) -> Rehearsal:
        return Rehearsal(
            verdict=verdict,
            where=str(self.trial.target),
            started_at=self.started_at,
            ended_at=datetime.now(UTC),
            restore_seconds=self.trial.restore_seconds,
            compare_seconds=self.trial.compare_seconds,
            differences=differences,
            harmless=harmless,
            not_compared=not_compared,
            reason=reason,
        )
