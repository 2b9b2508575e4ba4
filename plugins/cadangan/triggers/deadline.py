"""The deadline of a whole request, for Airflow's own deadline alerts."""

import logging
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from airflow.sdk.definitions.callback import AsyncCallback
from airflow.sdk.definitions.deadline import BaseDeadlineReference, DeadlineAlert

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

log = logging.getLogger(__name__)


class RequestDue(BaseDeadlineReference):
    """When a request is due as a whole: the standards of all steps in a row, on the working-time clock.

    Airflow asks once, when the run is created. The plugin makes this class known to the services that ask; the
    decorator of the SDK, which would import a third of Airflow into each parsing, adds nothing to that.
    """

    required_kwargs = frozenset({"dag_id", "run_id"})

    def _evaluate_with(self, *, session: "Session", dag_id: str, run_id: str) -> datetime | None:
        from airflow.models import DagRun
        from sqlalchemy import select

        statement = select(DagRun.run_after, DagRun.conf).where(DagRun.dag_id == dag_id, DagRun.run_id == run_id)
        found = session.execute(statement).one_or_none()
        if found is None:
            return None
        try:
            return due_at(found.run_after, found.conf or {})
        except Exception:
            # Whatever is wrong with the configuration must not keep a letter from being entered.
            log.exception("Run %s of %s gets no deadline", run_id, dag_id)
            return None


def due_at(start: datetime, form: dict[str, Any]) -> datetime:
    """Return when a request that comes in at `start` with the letter's `form` is due as a whole."""
    from cadangan.config.calendar import work_calendar
    from cadangan.config.sop import load_sop
    from cadangan.core import request
    from cadangan.steps import timing

    return timing.whole_due(
        load_sop(),
        work_calendar(start.date()),
        start,
        earliest=request.instant(form.get("window_start")),
        urgent=bool(form.get("urgent")),
    ).astimezone(UTC)


async def overdue(**kwargs: Any) -> None:  # noqa: ANN401 - what Airflow passes
    """Log that a request is not done by its deadline; that the mails tell is the steps' business."""
    run = kwargs.get("context", {}).get("dag_run", {})
    log.warning(
        "Run %s of %s is not done by its deadline", run.get("dag_run_id") or run.get("run_id"), run.get("dag_id")
    )


def request_deadline() -> DeadlineAlert:
    """Return the alert of a request's whole deadline, which Airflow's UI shows with the run."""
    return DeadlineAlert(
        name="Batas waktu permohonan", reference=RequestDue(), interval=timedelta(0), callback=AsyncCallback(overdue)
    )
