"""Airflow DAGs: back-ups without a letter, one DAG for each policy with a schedule in policies.yaml.

Each run is allowed by the policy's standing approval, which its first task checks and binds to the run's plan, and
every dump checks again. What follows is what a letter's back-up goes through: dump, then the checks of every copy.
An asset that fails stops no other; the run is red unless all of them are good, and the staff is mailed.

**When a task fails**: read its log; it says what to do. After the cause is gone, clear that task.
"""

from airflow.sdk import MultipleCronTriggerTimetable, TaskGroup, TriggerRule, dag

from cadangan.config.assets import Assets, load_assets
from cadangan.config.coverage import pool_of, selected
from cadangan.config.policies import Policy, load_policies
from cadangan.config.scheduling import Schedule
from cadangan.operators.groups import each_item
from cadangan.operators.mail import DeliverMails
from cadangan.operators.scheduled import BeginRun, CheckRun, ConcludeRun, ItemsOnServer
from cadangan.operators.settings import DAG_SETTINGS

ALWAYS = TriggerRule.ALL_DONE


def scheduled_backup(policy: Policy, schedule: Schedule, assets: Assets) -> None:
    """Make the DAG of one policy."""

    @dag(
        dag_id=f"scheduled_backup__{policy.name}",
        dag_display_name=f"Back-up terjadwal: {policy.name}",
        schedule=MultipleCronTriggerTimetable(*schedule.crons(), timezone="Asia/Jakarta"),
        # Of several missed runs the latest is made up for; its first task knows how late is too late.
        catchup=False,
        doc_md=__doc__,
        tags=["cadangan", "back-up", "terjadwal"],
        **{**DAG_SETTINGS, "max_active_runs": 1},
    )
    def made() -> None:
        with TaskGroup("prepare", group_display_name="1. Persiapan"):
            begun = BeginRun(task_id="begin", task_display_name="Catat dan tetapkan rencana", policy=policy.name)

        with TaskGroup("execute", group_display_name="2. Pelaksanaan") as executed:
            if policy.limits.parallel_per_server is None:
                each_item("item", "Tiap objek", begun.output, round_no=1)
            else:
                for server in dict.fromkeys(server.name for server, _ in selected(assets, policy)):
                    here = ItemsOnServer(task_id=f"on_{server}", task_display_name=f"Objek {server}", server=server)
                    begun >> here
                    each_item(f"item_{server}", server, here.output, round_no=1, pool=pool_of(server))

        with TaskGroup("close", group_display_name="3. Penutupan"):
            concluded = ConcludeRun(task_id="conclude", task_display_name="Tutup pelaksanaan", trigger_rule=ALWAYS)
            sent = DeliverMails(task_id="deliver", task_display_name="Surel ke personil")
            checked = CheckRun(task_id="finish", task_display_name="Selesai", trigger_rule=ALWAYS)

        begun >> executed >> concluded >> sent >> checked

    made()


REGISTERED = load_assets()
for each in load_policies().policies:
    if each.schedule:
        scheduled_backup(each, each.schedule, REGISTERED)
