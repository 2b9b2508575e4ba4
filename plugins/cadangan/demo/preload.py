"""What the demonstration's tasks share: each starts as a copy of a process that has imported this module.

On their own they would spend more time on imports and other first things than on their work. The price: an edit to
these modules, or to what they import, shows in the next demonstration only.
"""

import gc
from datetime import UTC, datetime

import airflow.executors.local_executor
import airflow.providers.smtp.hooks.smtp
import airflow.providers.standard.decorators.python
import airflow.sdk.execution_time.task_runner
import psycopg
import sqlalchemy.dialects.postgresql.psycopg
import weasyprint  # type: ignore[import-untyped]
from airflow.dag_processing.dagbag import DagBag
from sqlalchemy.orm import configure_mappers

import cadangan.engines.postgres
import cadangan.notifications.outbox
import cadangan.operators.conclude
import cadangan.operators.desk
import cadangan.operators.dispose
import cadangan.operators.draft_plan
import cadangan.operators.form
import cadangan.operators.freeze_plan
import cadangan.operators.groups
import cadangan.operators.inspect_targets
import cadangan.operators.register_request
import cadangan.sensors.gate
import cadangan.steps.close
import cadangan.steps.confirm
import cadangan.steps.execute
import cadangan.steps.gates
import cadangan.steps.intake
import cadangan.steps.late
import cadangan.steps.plan
import cadangan.steps.verify
from cadangan import paths
from cadangan.config.calendar import PublicHolidays, national_holidays
from cadangan.documents import formats, render

__all__ = ["airflow", "cadangan", "psycopg", "sqlalchemy", "weasyprint"]

# Airflow's own models are configured by whoever makes the first one, as reading a connection from a file does.
configure_mappers()
_now = datetime.now(UTC)
national_holidays(PublicHolidays(), range(_now.year - 1, _now.year + 3))
formats.moment(_now)
# The first document of a process compiles the declarations of the libraries that set and draw text, the first DAG file
# builds the classes and fills the caches of all that follow.
render.pdf('<html lang="id"><title>–</title><p>–</p></html>')
DagBag(str(paths.ROOT / "dags"))
# Not to be looked through again by every task's collector, which would also copy the memory that it looks at.
gc.collect()
gc.freeze()
