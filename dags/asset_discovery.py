"""Airflow DAG: each Monday, compare what is on every server with the asset register.

What is on a server and not registered, or registered and gone, is kept in the register with its first day, and mailed
to the staff until it is right. **When a task fails**: read its log; it says what to do. A server that does not answer
fails nothing; the mail names it.
"""

from airflow.sdk import CronTriggerTimetable, TaskGroup, dag

from cadangan.operators.discover import DiscoverAssets
from cadangan.operators.office import DeliverOfficeMails
from cadangan.operators.settings import DAG_SETTINGS


@dag(
    dag_id="asset_discovery",
    dag_display_name="Pencocokan aset register",
    schedule=CronTriggerTimetable("0 6 * * 1", timezone="Asia/Jakarta"),
    catchup=False,
    doc_md=__doc__,
    tags=["cadangan", "aset register"],
    **DAG_SETTINGS,
)
def asset_discovery() -> None:
    """Wire the look and its mail."""
    with TaskGroup("discovery", group_display_name="Pencocokan"):
        look = DiscoverAssets(task_id="discover", task_display_name="Cocokkan server dengan register")
        look >> DeliverOfficeMails(task_id="deliver", task_display_name="Surel ke personil", kind="asset_discovery")


asset_discovery()
