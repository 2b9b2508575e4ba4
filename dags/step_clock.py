"""Airflow DAG: stop the clock of a step while the requester is waited for, and let it run again.

A person in charge of the step triggers it with the request's number and, to stop the clock, a reason. While it stands
still nobody hears of the step; when it runs again the step is due later by the working time that was lost. Every pause
stands in the report and on the audit log.

**When the task fails**: its log says why. Trigger the DAG anew.
"""

from airflow.sdk import dag

from cadangan.operators.settings import DAG_SETTINGS
from cadangan.operators.step_clock import StepClock, clock_form


@dag(
    dag_id="step_clock",
    dag_display_name="Jam layanan (menunggu pemohon)",
    schedule=None,
    doc_md=__doc__,
    tags=["cadangan", "standar waktu"],
    params=clock_form(),
    **DAG_SETTINGS,
)
def step_clock() -> None:
    """Wire the one task."""
    StepClock(task_id="turn", task_display_name="Hentikan atau jalankan")


step_clock()
