"""The destinations of a plan: opened for a dump, and what the register is told of the copies there."""

import logging
from collections.abc import Mapping

from cadangan.backup.job import BackupJob
from cadangan.core.manifest import Manifest
from cadangan.core.plan import Plan
from cadangan.documents.failures import told
from cadangan.errors import CadanganError, VaultError
from cadangan.register import backups, requests
from cadangan.steps.desk import Desk
from cadangan.vault.place import Place

log = logging.getLogger(__name__)


def opened(desk: Desk, plan: Plan) -> tuple[tuple[Place, ...], dict[str, CadanganError]]:
    """Return the destinations of `plan` that can be reached, and why the others cannot.

    Raise VaultError when fewer can be than the plan needs, NotConfigured when a connection is missing.
    """
    by_name = {destination.name: destination for destination in desk.policies.destinations}
    places: list[Place] = []
    lost: dict[str, CadanganError] = {}
    for copy in plan.copies:
        try:
            places.append(desk.place(by_name[copy.name]))
        except VaultError as err:
            log.warning("Request %s: no copy at %s: %s", plan.request_no, copy.name, err)
            lost[copy.name] = err
    if len(places) < plan.needed_copies:
        raise next(iter(lost.values()))
    return tuple(places), lost


def record(desk: Desk, plan: Plan, job: BackupJob, manifest: Manifest, lost: Mapping[str, CadanganError]) -> None:
    """Record a finished back-up with the copies that it has, and those that it lacks.

    :param lost: the destinations of `plan` that hold none, and why.
    """
    why = {name: told(fault).sentence for name, fault in lost.items()}
    copies = [
        backups.StoredCopy(
            destination=copy.name,
            artefact=part.name,
            url=f"{copy.url.rstrip('/')}/{job.asset}/{part.name}",
            bytes=part.stored_bytes,
            sha256=part.sha256,
            missing=why.get(copy.name),
        )
        for copy in plan.copies
        for part in manifest.artefacts
    ]
    with desk.register.transaction() as session:
        backups.record_backup(session, requests.item_by_id(session, job.item_id), job.round, manifest, copies)
