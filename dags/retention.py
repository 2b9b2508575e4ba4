"""Airflow DAGs: destroy back-ups whose time is over, by the rules of policies.yaml.

`retention` is for policies that destroy by rule, `retention_with_gate` for those that ask first. What would go is
planned, stored and mailed before anything goes; each back-up is judged again right before its copies are deleted.
Nothing of an asset goes while the register and the vault disagree about it, or when its last back-up failed; the last
verified-good back-up of an asset never goes.

**When a task fails**: read its log; it says what to do. After the cause is gone, clear that task.
"""

from airflow.sdk import MultipleCronTriggerTimetable, TaskGroup, TriggerRule, dag

from cadangan.config.policies import load_policies
from cadangan.operators import form
from cadangan.operators.destruction import ConcludeDestruction, DestroyBackups, PlanDestruction
from cadangan.operators.mail import DeliverMails
from cadangan.operators.restore import DropOver
from cadangan.operators.settings import DAG_SETTINGS
from cadangan.sensors.destruction import DestructionGate

DAILY = MultipleCronTriggerTimetable(load_policies().retention_cron, timezone="Asia/Jakarta")
SETTINGS = {
    "catchup": False,
    "doc_md": __doc__,
    "tags": ["cadangan", "retensi"],
    **DAG_SETTINGS,
    "max_active_runs": 1,
}
# Skipped with the plan when nothing may go; run whatever became of the destruction.
AFTER_ALL = TriggerRule.ALL_DONE_MIN_ONE_SUCCESS


@dag(dag_id="retention", dag_display_name="Retensi cadangan (menurut aturan)", schedule=DAILY, **SETTINGS)
def retention() -> None:
    """Destroy by rule."""
    with TaskGroup("prepare", group_display_name="1. Rencana"):
        planned = PlanDestruction(task_id="plan", task_display_name="Susun rencana pemusnahan", after="rule")
        told = DeliverMails(task_id="notify", task_display_name="Surel rencana")
    with TaskGroup("carry_out", group_display_name="2. Pemusnahan"):
        destroyed = DestroyBackups(task_id="destroy", task_display_name="Musnahkan cadangan")
    with TaskGroup("close", group_display_name="3. Penutupan"):
        concluded = ConcludeDestruction(task_id="conclude", task_display_name="Tutup", trigger_rule=AFTER_ALL)
        DropOver(task_id="kept", task_display_name="Hapus basis data lama yang habis masa simpannya")
    planned >> told >> destroyed >> concluded
    planned >> concluded


@dag(
    dag_id="retention_with_gate",
    dag_display_name="Retensi cadangan (dengan persetujuan)",
    schedule=DAILY,
    **SETTINGS,
)
def retention_with_gate() -> None:
    """Destroy what those who approve plans let go."""
    with TaskGroup("prepare", group_display_name="1. Rencana"):
        planned = PlanDestruction(task_id="plan", task_display_name="Susun rencana pemusnahan", after="gate")
        decided = DestructionGate(params=form.note())
    with TaskGroup("carry_out", group_display_name="2. Pemusnahan"):
        destroyed = DestroyBackups(task_id="destroy", task_display_name="Musnahkan cadangan")
    with TaskGroup("close", group_display_name="3. Penutupan"):
        sent = DeliverMails(task_id="deliver", task_display_name="Surel yang tersisa", trigger_rule=AFTER_ALL)
        concluded = ConcludeDestruction(task_id="conclude", task_display_name="Tutup", trigger_rule=AFTER_ALL)
    planned >> decided >> destroyed
    [planned, destroyed] >> sent
    [planned, destroyed] >> concluded


retention()
retention_with_gate()
