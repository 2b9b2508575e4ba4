"""Airflow DAG: rehearse stored back-ups (uji pulih), so that each asset is proved again and again.

Runs by `rehearsal.cron` of policies.yaml, and on demand. The newest back-up of the asset that was unproved for the
longest comes first; further ones follow while `rehearsal.budget_minutes` lasts. Each is restored into a place that is
thrown away and compared with its manifest; what came of it stands in the register. One that fails stops no other; the
staff and the managers are mailed, and the run is red.

**When a task fails**: read its log; it names the back-ups. Back these assets up anew; the next run rehearses the new
back-ups. Cleared, the task goes on with what this run has not tried yet.
"""

from airflow.sdk import MultipleCronTriggerTimetable, TriggerRule, dag

from cadangan.config.policies import load_policies
from cadangan.operators.drill import RehearseStored
from cadangan.operators.office import DeliverOfficeMails
from cadangan.operators.settings import DAG_SETTINGS


@dag(
    dag_id="restore_drill",
    dag_display_name="Uji pulih berkala",
    schedule=MultipleCronTriggerTimetable(load_policies().rehearsal.cron, timezone="Asia/Jakarta"),
    catchup=False,
    doc_md=__doc__,
    tags=["cadangan", "uji pulih"],
    **{**DAG_SETTINGS, "max_active_runs": 1},
)
def restore_drill() -> None:
    """Rehearse, then mail what failed."""
    rehearsed = RehearseStored(task_id="rehearse", task_display_name="Uji pulih cadangan tersimpan")
    told = DeliverOfficeMails(
        task_id="deliver",
        task_display_name="Surel bila ada yang tidak lulus",
        kind="drill",
        trigger_rule=TriggerRule.ALL_DONE,
    )
    rehearsed >> told


restore_drill()
