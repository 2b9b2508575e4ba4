"""Airflow DAG: why a step was late.

A person in charge of the step (the one who may answer its gate, or carries it out) triggers it with the request's
number. The reason stands in the report and on the audit log; a later one replaces it.

**When the task fails**: its log says why the reason was not taken. Trigger the DAG anew.
"""

from airflow.sdk import dag

from cadangan.operators.settings import DAG_SETTINGS
from cadangan.operators.step_clock import LateReason, late_reason_form


@dag(
    dag_id="late_reason",
    dag_display_name="Alasan keterlambatan",
    schedule=None,
    doc_md=__doc__,
    tags=["cadangan", "standar waktu"],
    params=late_reason_form(),
    **DAG_SETTINGS,
)
def late_reason() -> None:
    """Wire the one task."""
    LateReason(task_id="record", task_display_name="Catat alasan")


late_reason()
