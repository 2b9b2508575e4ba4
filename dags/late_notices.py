"""Airflow DAG: mails about steps that use their time standards up (SLA misses).

A watcher in the triggerer looks at the register every ten seconds and starts this DAG as soon as a step has used a
share of its standard up that `late` in sop.yaml names. Besides, the DAG runs every five minutes: it sends what no mail
server took before, and says so when the watcher is silent.

**When the task fails**: a mail server did not take mails. They wait in the register, and the next run sends them.
"""

from airflow.sdk import Asset, AssetOrTimeSchedule, AssetWatcher, CronTriggerTimetable, dag

from cadangan.operators.settings import DAG_SETTINGS
from cadangan.operators.tell_late import MAIL_TRIES, TellLate
from cadangan.triggers.late import LateSteps

late_steps = Asset(
    name="cadangan_late_steps",
    watchers=[AssetWatcher(name="time_standards", trigger=LateSteps())],
)


@dag(
    dag_id="late_notices",
    dag_display_name="Pemberitahuan keterlambatan",
    schedule=AssetOrTimeSchedule(timetable=CronTriggerTimetable("*/5 * * * *", timezone="UTC"), assets=[late_steps]),
    catchup=False,
    doc_md=__doc__,
    tags=["cadangan", "standar waktu"],
    # A DAG that is paused has no watcher. A run whose worker died counts as active for minutes: others must pass it.
    is_paused_upon_creation=False,
    **DAG_SETTINGS | {"max_active_runs": 4},
)
def late_notices() -> None:
    """Wire the one task."""
    TellLate(task_id="tell", task_display_name="Kirim pemberitahuan", **MAIL_TRIES)


late_notices()
