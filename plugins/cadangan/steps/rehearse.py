"""Step 4, after the checks: a back-up counts once it was restored and is what its manifest says (uji pulih)."""

import logging
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from pydantic import BaseModel
from sqlalchemy.orm import Session

from cadangan.config.assets import Server
from cadangan.config.policies import Policy
from cadangan.config.restoring import EMBEDDED
from cadangan.core.manifest import Manifest
from cadangan.core.states import Result, Verdict
from cadangan.documents.failures import told
from cadangan.documents.formats import size
from cadangan.engines import engine
from cadangan.engines.contract import Site
from cadangan.errors import CadanganError, NotConfigured, RehearsalFailed, VaultError
from cadangan.register import rehearsals, requests, scans
from cadangan.register.models import Backup
from cadangan.register.rehearsal_row import RehearsalRow
from cadangan.restore.job import RestoreJob
from cadangan.restore.rehearse import Rehearsal
from cadangan.restore.rehearse import rehearse as run_rehearsal
from cadangan.restore.scratch import embedded_site
from cadangan.steps import leave
from cadangan.steps.desk import Desk
from cadangan.steps.execute import failure_recorded, latest_backup

log = logging.getLogger(__name__)
# A report shows what is wrong, not each of a million rows of it.
MOST = 200


def rehearse(desk: Desk, number: str, item_id: int, round_no: int) -> None:
    """Restore an item's back-up for proof, as its policy wants, and record what that showed.

    :raises RehearsalFailed: it could not be restored, or is not what the manifest says; the item has failed.
    """
    with failure_recorded(desk, item_id):
        with desk.register.transaction() as session:
            backup = latest_backup(session, item_id, round_no)
            manifest = Manifest.model_validate(backup.manifest)
            destinations = _in_order(backup)
            _, asset = desk.assets.find(backup.asset)
            policy = leave.policy_of(desk, backup.item.request, asset)
            # Until it is proved, for this task may be killed.
            requests.clear_item_result(session, item_id)
        rehearsing = Rehearsing(desk, policy, manifest, destinations)
        row = rehearsing.row()
        with desk.register.transaction() as session:
            rehearsing.record(session, row)
            if row.verdict != Verdict.FAILED:
                requests.set_item_result(session, item_id, Result.SUCCEEDED, at=desk.now())
        log.info("Request %s: rehearsal of %s: %s %s", number, manifest.backup, row.verdict, row.reason)
        if row.verdict == Verdict.FAILED:
            raise RehearsalFailed(
                f"{number}: back-up {manifest.backup} failed its rehearsal: {_why(row)} Find out why, then clear the "
                "dump of this item to make another one."
            )


def _why(row: RehearsalRow) -> str:
    return row.detail or " ".join(each["sentence"] for each in row.differences[:10])


def _in_order(backup: Backup) -> tuple[str, ...]:
    """Return where it has copies: those first of which no check failed."""
    failed = {copy.destination for copy in backup.copies if copy.digest_check == Verdict.FAILED}
    return tuple(sorted(dict.fromkeys(copy.destination for copy in backup.copies), key=failed.__contains__))


@dataclass(frozen=True)
class Rehearsing:
    """One rehearsal.

    :param destinations: where copies lie, the one to begin with first.
    :param unusable: filled with those that could not be read or were bad, while another one was rehearsed.
    """

    desk: Desk
    policy: Policy
    manifest: Manifest
    destinations: tuple[str, ...]
    unusable: dict[str, CadanganError] = field(default_factory=dict)

    def row(self) -> RehearsalRow:
        """Return what is to be recorded."""
        began = self.desk.now()
        if reason := self._against():
            return _not_run(reason, "", began, self.desk.now())
        try:
            with self._site() as site:
                destination, rehearsal = self._from_a_good_copy(site)
        except CadanganError as err:
            # The place could not be reached or started: that says nothing of the back-up.
            shown = told(err)
            log.warning("The rehearsal of %s was not run: %s", self.manifest.backup, err)
            return _not_run(shown.sentence, shown.detail, began, self.desk.now())
        return self._told(destination, rehearsal, began)

    def record(self, session: Session, row: RehearsalRow) -> RehearsalRow:
        """Record what was shown, and which copies are doubtful; return the row on record."""
        for destination, why in self.unusable.items():
            scans.note_doubtful(session, self.manifest.backup, destination, told(why).sentence)
        return rehearsals.record(session, self.manifest.backup, row)

    def _from_a_good_copy(self, site: Site) -> tuple[str, Rehearsal]:
        """Rehearse one copy after the other until one can be read and is what was written; return where it lies.

        Where none is, what the first one that failed showed counts. Raise VaultError when none can be reached.
        """
        tried: list[tuple[str, Rehearsal]] = []
        for destination in self.destinations:
            try:
                rehearsal = run_rehearsal(self._job(site, destination), self._stale_after())
            except VaultError as err:
                self.unusable[destination] = err
                continue
            if rehearsal.fault_of_copy is None:
                return destination, rehearsal
            self.unusable[destination] = rehearsal.fault_of_copy
            tried.append((destination, rehearsal))
        if not tried:
            raise next(iter(self.unusable.values()))
        chosen = min(tried, key=lambda each: each[1].verdict != Verdict.FAILED)
        del self.unusable[chosen[0]]
        return chosen

    def _against(self) -> str:
        """Return why there is to be no rehearsal, empty when there is to be one."""
        policies, policy, source = self.desk.policies, self.policy, self.manifest.source
        raw_bytes = sum(artefact.raw_bytes for artefact in self.manifest.artefacts)
        scratch = policies.scratch_of(source.engine)
        if policy.rehearse == "never":
            return f"Kebijakan {policy.name} tidak meminta uji pulih."
        if raw_bytes > policy.rehearse_max_bytes:
            return f"Ukuran dump {size(raw_bytes)} melebihi batas uji pulih {size(policy.rehearse_max_bytes)}."
        if not hasattr(engine(source.engine), "open_load"):
            return "Uji pulih belum tersedia untuk jenis sumber data ini."
        if self.desk.identity() is None:
            return "Kunci dekripsi tidak ada pada mesin ini."
        if scratch.server == source.server and not scratch.allow_source_server:
            return f"Server uji pulih {scratch.server} adalah server sumbernya sendiri."
        return ""

    def _stale_after(self) -> timedelta:
        return timedelta(hours=self.desk.policies.rehearsal.stale_hours)

    def _site(self) -> AbstractContextManager[Site]:
        policies = self.desk.policies
        scratch = policies.scratch_of(self.manifest.source.engine)
        if scratch.server == EMBEDDED:
            return embedded_site(self.manifest, policies.client_dirs, policies.restore.staging_dir, self._stale_after())
        server = self._server(scratch.server)
        database = scratch.database or server.assets[0].database
        asset = server.assets[0].model_copy(update={"database": database})
        return self.desk.site(server.model_copy(update={"conn_id": scratch.conn_id or server.conn_id}), asset)

    def _server(self, name: str) -> Server:
        for server in self.desk.assets.servers:
            if server.name == name:
                return server
        raise NotConfigured(f"assets.yaml has no server {name}, which rehearsal.scratch of policies.yaml names.")

    def _job(self, site: Site, destination: str) -> RestoreJob:
        by_name = {each.name: each for each in self.desk.policies.destinations}
        return RestoreJob(
            manifest=self.manifest,
            place=self.desk.place(by_name[destination]),
            engine=engine(self.manifest.source.engine),
            site=site,
            client_dirs=self.desk.policies.client_dirs,
            policy=self.desk.policies.restore,
            identity=self.desk.identity(),
        )

    def _told(self, destination: str, rehearsal: Rehearsal, began: datetime) -> RehearsalRow:
        passed_over = [told(why) for why in self.unusable.values()]
        why, detail = rehearsal.reason, "; ".join(each.detail for each in passed_over)
        if isinstance(why, CadanganError):
            shown = told(why)
            why, detail = shown.sentence, shown.detail
        reason = " ".join((*(each.sentence for each in passed_over), *([why] if why else [])))
        return RehearsalRow(
            destination=destination,
            verdict=rehearsal.verdict,
            place=self.desk.policies.scratch_of(self.manifest.source.engine).server,
            reason=reason,
            detail=detail,
            differences=_dumped(rehearsal.differences),
            harmless=_dumped(rehearsal.harmless),
            not_compared=_dumped(rehearsal.not_compared),
            different=len(rehearsal.differences),
            started_at=began,
            ended_at=self.desk.now(),
            restore_seconds=rehearsal.restore_seconds,
            compare_seconds=rehearsal.compare_seconds,
        )


def _dumped(found: tuple[BaseModel, ...]) -> list[Any]:
    return [each.model_dump(mode="json") for each in found[:MOST]]


def _not_run(reason: str, detail: str, began: datetime, ended: datetime) -> RehearsalRow:
    return RehearsalRow(
        verdict=Verdict.NOT_RUN,
        destination="",
        place="",
        reason=reason,
        detail=detail,
        differences=[],
        harmless=[],
        not_compared=[],
        different=0,
        started_at=began,
        ended_at=ended,
        restore_seconds=0.0,
        compare_seconds=0.0,
    )
