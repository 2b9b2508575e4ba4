"""Restore one item into a place of its own, from the first copy that is good, and compare it with the manifest."""

import logging
from dataclasses import dataclass

from cadangan.core.difference import Difference, NotCompared
from cadangan.core.side_names import SideName, parse_side_name
from cadangan.core.states import Verdict
from cadangan.documents.failures import told
from cadangan.engines.contract import Site
from cadangan.errors import (
    CadanganError,
    CopyMissing,
    DigestMismatch,
    ManifestMismatch,
    RestoreDiffers,
    RestoreRefused,
    VaultError,
)
from cadangan.register import restores
from cadangan.register.restores import Findings
from cadangan.restore.job import RestoreJob
from cadangan.restore.judge import Judgement
from cadangan.restore.switching import Picture, picture
from cadangan.restore.trial import Trial
from cadangan.steps import restore_site
from cadangan.steps.desk import Desk
from cadangan.steps.rehearse import MOST
from cadangan.steps.restore_order import Order, names_of

log = logging.getLogger(__name__)
# Of these another copy may be free.
_OF_THE_COPY = (CopyMissing, DigestMismatch, ManifestMismatch, VaultError)


@dataclass(frozen=True)
class Work:
    desk: Desk
    order: Order
    site: Site

    def run(self) -> None:
        """Restore and compare, from the first copy that is good; record what that showed."""
        *others, last = self.order.restore.taken_from
        if self._is_there(self._job(last)):
            log.info("%s was restored and compared already, as %s", self.order.planned.asset, self.order.row.side)
            return
        for destination in others:
            try:
                self._from(destination)
            except _OF_THE_COPY as err:
                log.warning("The copy at %s cannot be restored: %s The next one is tried.", destination, err)
            else:
                return
        self._from(last)

    def _job(self, destination: str) -> RestoreJob:
        return restore_site.job(self.desk, self.order.manifest, destination, self.site)

    def _is_there(self, job: RestoreJob) -> bool:
        """Return whether an earlier try came to its end; raise RestoreRefused when someone else changed something."""
        row = self.order.row
        if not hasattr(job.engine, "places"):
            return row.verdict == Verdict.PASSED
        there = job.engine.places(self.site.target)
        names = names_of(row)
        if not row.new_id:
            self._note_old(there.get(row.database, "") if row.kept else "")
            return False
        serves = picture(names, there) is Picture.AFTER
        return row.verdict == Verdict.PASSED and (serves or there.get(row.side) == row.new_id)

    def _note_old(self, old_id: str) -> None:
        """Record what is to be replaced, before anything is made."""
        row = self.order.row
        if row.kept and not old_id:
            raise RestoreRefused(f"{row.database} is not on {row.server}, so that there is nothing to replace.")
        with self.desk.register.transaction() as session:
            restores.by_id(session, row.id).old_id = row.old_id = old_id

    def _from(self, destination: str) -> None:
        job = self._job(destination)
        target = job.engine.side(self.site.target, self._side_name())
        # What a killed try left counts for nothing.
        job.engine.drop(target)
        fitness = job.engine.examine_target(job.manifest, target, job.client_dirs, self.site.host)
        if fitness.blockers:
            raise RestoreRefused(f"{target} cannot take the back-up: {' '.join(fitness.blockers)}")
        trial = Trial(job, target)
        try:
            job.engine.create(target, job.manifest)
            compared = trial.run()
        except CadanganError as err:
            self._failed(trial, err)
            raise
        if compared.differences:
            differs = RestoreDiffers(_told(self.order.planned.asset, compared))
            self._failed(trial, differs, compared)
            raise differs
        self._record(trial, Verdict.PASSED, compared=compared)

    def _side_name(self) -> SideName:
        return parse_side_name(self.order.row.side)

    def _failed(self, trial: Trial, err: CadanganError, compared: Judgement | None = None) -> None:
        self._record(trial, Verdict.FAILED if compared else Verdict.NOT_RUN, compared=compared, err=err)
        try:
            trial.job.engine.drop(trial.target)
        except CadanganError as left:
            log.warning("%s could not be removed; the next try or the end does that: %s", trial.target, left)

    def _record(
        self, trial: Trial, verdict: Verdict, *, compared: Judgement | None = None, err: CadanganError | None = None
    ) -> None:
        new_id = ""
        if verdict is Verdict.PASSED and hasattr(trial.job.engine, "places"):
            new_id = trial.job.engine.places(self.site.target)[self.order.row.side]
        shown = told(err) if err else None
        with self.desk.register.transaction() as session:
            row = restores.by_id(session, self.order.row.id)
            row.destination, row.new_id = trial.job.place.name, new_id
            row.restore_seconds, row.compare_seconds = trial.restore_seconds, trial.compare_seconds
            restores.record_result(
                session,
                row,
                verdict,
                found=_findings(compared) if compared else None,
                reason=shown.sentence if shown else "",
                detail=shown.detail if shown else "",
                at=self.desk.now(),
            )


def _told(asset: str, compared: Judgement) -> str:
    first = " ".join(each.sentence for each in compared.differences[:10])
    return (
        f"{asset}: {len(compared.differences)} differences between what was restored and the manifest: {first} What "
        "was restored was removed; restore from another back-up, and find out why this one differs."
    )


def _findings(compared: Judgement) -> Findings:
    def dumped(found: tuple[Difference, ...] | tuple[NotCompared, ...]) -> list[object]:
        return [each.model_dump(mode="json") for each in found[:MOST]]

    return Findings(
        dumped(compared.differences),
        dumped(compared.harmless),
        dumped(compared.not_compared),
        len(compared.differences),
    )
