"""Wait for the agreed schedule without holding a worker slot."""

from datetime import UTC, datetime

from airflow.providers.standard.triggers.temporal import DateTimeTrigger
from airflow.sdk import BaseSensorOperator, Context


class WindowSensor(BaseSensorOperator):
    """Pass at the start that the frozen plan names."""

    def execute(self, context: Context, event: object = None) -> None:
        """Defer until the start; looked up again afterwards, since a plan may have been made anew."""
        from cadangan.operators.desk import open_request
        from cadangan.steps import execute

        desk, number = open_request(context)
        start = execute.start_at(desk, number)
        if datetime.now(UTC) >= start:
            self.log.info("Request %s: the window is open since %s", number, start.isoformat())
            return
        self.log.info("Request %s: waiting until %s", number, start.isoformat())
        self.defer(trigger=DateTimeTrigger(moment=start), method_name="execute")
