"""Airflow DAG: the yearly review of the asset register.

Each morning it opens the review of every asset whose year is over within the next 30 days, mails its owner, and asks
those who review the register, at one gate an asset (*Required Actions*). A run without such an asset skips the rest.
Trigger it by hand with *assets* to review some of them now.

**When a task fails**: read its log; it says what to do. After the cause is gone, clear that task. A gate that is
cleared asks again.
"""

from airflow.sdk import CronTriggerTimetable, TaskGroup, dag

from cadangan.operators import asset_form
from cadangan.operators.asset_review import OpenReviews, TellReviewers, WriteReviewMinutes
from cadangan.operators.settings import DAG_SETTINGS, MAIL
from cadangan.sensors.gate import PATIENCE
from cadangan.sensors.review import ReviewGate


@dag(
    dag_id="asset_review",
    dag_display_name="Peninjauan tahunan aset register",
    schedule=CronTriggerTimetable("0 7 * * *", timezone="Asia/Jakarta"),
    catchup=False,
    doc_md=__doc__,
    tags=["cadangan", "aset register", "sop"],
    params=asset_form.assets(),
    **DAG_SETTINGS,
)
def asset_review() -> None:
    """Wire the review."""
    with TaskGroup("review", group_display_name="Peninjauan"):
        opened = OpenReviews(task_id="open", task_display_name="Buka peninjauan yang jatuh tempo")
        gate = ReviewGate.partial(
            task_id="gate", task_display_name="Peninjauan aset", params=asset_form.review(), **PATIENCE
        )
        tell = TellReviewers.partial(
            task_id="notify", task_display_name="Surel ke peninjau dan pemilik", gate="review.gate", **MAIL
        )
        minutes = WriteReviewMinutes(task_id="minutes", task_display_name="Berita acara")
        gate.expand(review_id=opened.output) >> minutes
        tell.expand(review_id=opened.output)


asset_review()
