"""Look at a source right before its dump, where no officer saw what an inspection found."""

from cadangan.backup.job import BackupJob
from cadangan.errors import TargetUnfit
from cadangan.register import requests
from cadangan.steps.desk import Desk


def require_fit(desk: Desk, item_id: int, job: BackupJob) -> None:
    """Inspect the asset of `job`, keep what was found, and raise TargetUnfit when something blocks its dump.

    Raise EngineError when it cannot be inspected.
    """
    found = job.engine.inspect(job.site.target, job.client_dirs, job.site.host)
    with desk.register.transaction() as session:
        requests.item_by_id(session, item_id).inspection = found.model_dump(mode="json")
    if found.blockers:
        raise TargetUnfit(
            f"{job.asset} on {job.server} cannot be dumped as it is: {' '.join(found.blockers)} "
            "Mend that, then clear the task."
        )
