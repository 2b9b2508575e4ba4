"""Wait for the agreed schedule without holding a worker slot."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from airflow.providers.standard.triggers.temporal import DateTimeTrigger
from airflow.sdk import BaseSensorOperator, Context


class WindowSensor(BaseSensorOperator):
    """Pass at the start that the frozen plan names.

    :param request_no: number of the request, templated.
    """

    template_fields: Sequence[str] = ("request_no",)

    def __init__(self, *, request_no: Any, **kwargs: Any) -> None:  # noqa: ANN401 - a string or an XComArg
        super().__init__(**kwargs)
        self.request_no = request_no

    def execute(self, context: Context, event: object = None) -> None:
        """Defer until the start; looked up again afterwards, since a plan may have been made anew."""
        from cadangan.operators.desk import open_desk
        from cadangan.steps import execute

        start = execute.start_at(open_desk(), self.request_no)
        if datetime.now(UTC) >= start:
            self.log.info("Request %s: the window is open since %s", self.request_no, start.isoformat())
            return
        self.log.info("Request %s: waiting until %s", self.request_no, start.isoformat())
        self.defer(trigger=DateTimeTrigger(moment=start), method_name="execute")
