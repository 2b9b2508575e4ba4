"""Step 2: the disposition."""

from airflow.sdk import Context

from cadangan.operators.step import RequestOperator


class DisposeRequest(RequestOperator):
    """Write the disposition and hand the request to the planners."""

    def execute(self, context: Context) -> None:
        """See the class."""
        from cadangan.steps import verify

        verify.dispose(self.desk(), self.request_no)
