"""Airflow DAG: the monthly report on the time standards and on how well the databases are protected.

Runs on the first of each month for the month before, and on demand for any month or year. The spreadsheet and the PDF
are mailed to the managers.

**When a task fails**: read its log, mend the cause, clear the task. A report made anew is mailed again only when its
figures differ.
"""

from airflow.sdk import CronTriggerTimetable, Param, dag

from cadangan.operators.compliance import WriteCompliance
from cadangan.operators.office import DeliverOfficeMails
from cadangan.operators.settings import DAG_SETTINGS


@dag(
    dag_id="compliance_report",
    dag_display_name="Laporan kepatuhan",
    schedule=CronTriggerTimetable("0 7 1 * *", timezone="Asia/Jakarta"),
    catchup=False,
    doc_md=__doc__,
    tags=["cadangan", "laporan"],
    params={
        "period": Param(
            None,
            type=["null", "string"],
            pattern=r"^\d{4}(-(0[1-9]|1[0-2]))?$",
            title="Periode",
            description="Bulan (2026-11) atau tahun (2026). Kosong: bulan lalu.",
        )
    },
    **DAG_SETTINGS,
)
def compliance_report() -> None:
    """Write the report, then mail it."""
    written = WriteCompliance(task_id="write", task_display_name="Susun laporan")
    written >> DeliverOfficeMails(task_id="deliver", task_display_name="Surel ke pimpinan", kind="compliance")


compliance_report()
