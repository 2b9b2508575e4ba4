"""Airflow DAG: a monthly mail to the managers that lists the assets whose yearly review is overdue.

No asset, no mail. **When the task fails**: read its log; it says what to do. After the cause is gone, clear it; a
mail that was sent in a month is not sent again.
"""

from airflow.sdk import CronTriggerTimetable, TaskGroup, dag

from cadangan.operators.asset_review import TellOverdueReviews
from cadangan.operators.settings import DAG_SETTINGS


@dag(
    dag_id="asset_review_overdue",
    dag_display_name="Peninjauan aset yang terlambat",
    schedule=CronTriggerTimetable("30 7 1 * *", timezone="Asia/Jakarta"),
    catchup=False,
    doc_md=__doc__,
    tags=["cadangan", "aset register", "surel"],
    **DAG_SETTINGS,
)
def asset_review_overdue() -> None:
    """Wire the one task."""
    with TaskGroup("overdue", group_display_name="Terlambat"):
        TellOverdueReviews(task_id="tell", task_display_name="Surel ke pimpinan")


asset_review_overdue()
