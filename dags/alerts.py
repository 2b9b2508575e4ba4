"""Airflow DAG: tell people what they must mend, remind them until it is right, and tell a monitor that all this runs.

Each alert is one mail with what to do, repeated after `alerts.repeat_hours` of policies.yaml (what has weeks: after
seven times as long), and one that it is over.

**When a task fails**: read its log, mend the cause, clear the task. Mails that could not be sent wait in the outbox.
"""

from airflow.sdk import MultipleCronTriggerTimetable, dag

from cadangan.operators.office import DeliverOfficeMails
from cadangan.operators.settings import DAG_SETTINGS
from cadangan.operators.watching import LookForAlerts, MailHeartbeat, SendHeartbeat


@dag(
    dag_id="alerts",
    dag_display_name="Peringatan",
    schedule=MultipleCronTriggerTimetable("15 * * * *", timezone="Asia/Jakarta"),
    catchup=False,
    is_paused_upon_creation=True,
    doc_md=__doc__,
    tags=["cadangan", "peringatan"],
    **{**DAG_SETTINGS, "max_active_runs": 1},
)
def alerts() -> None:
    """Look, mail, and only after both give the sign of life: a monitor hears of a mail server that is away, too."""
    looked = LookForAlerts(task_id="look", task_display_name="Periksa keadaan")
    mailed = DeliverOfficeMails(task_id="deliver", task_display_name="Surel peringatan", kind="alert")
    asked = SendHeartbeat(task_id="heartbeat", task_display_name="Tanda hidup ke pemantau")
    looked >> mailed >> [asked, MailHeartbeat(task_id="heartbeat_mail", task_display_name="Tanda hidup lewat surel")]


alerts()
