"""Airflow DAG: read the copies again, mend bad and missing ones from good ones, and tell what is strange in the vault.

What lies where is looked up for every file; what it holds, for as many as the budget of policies.yaml lets, those
first that were not read for the longest. A bad file is put aside, never deleted.

**When a task fails**: read its log, mend the cause, clear the task. What a scan found stands in the register and in the
log; the DAG `alerts` mails it.
"""

from airflow.sdk import MultipleCronTriggerTimetable, dag

from cadangan.config.policies import load_policies
from cadangan.operators.settings import DAG_SETTINGS
from cadangan.operators.watching import ScanVault


@dag(
    dag_id="integrity_scan",
    dag_display_name="Pemindaian keutuhan salinan",
    schedule=MultipleCronTriggerTimetable(load_policies().scanning.cron, timezone="Asia/Jakarta"),
    catchup=False,
    is_paused_upon_creation=True,
    doc_md=__doc__,
    tags=["cadangan", "pemindaian"],
    **{**DAG_SETTINGS, "max_active_runs": 1},
)
def integrity_scan() -> None:
    """Scan."""
    ScanVault(task_id="scan", task_display_name="Pindai dan perbaiki salinan")


integrity_scan()
