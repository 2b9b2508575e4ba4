"""Step 2: the disposition."""

from airflow.sdk import BaseOperator, Context


class DisposeRequest(BaseOperator):
    """Write the disposition and hand the request to the planners."""

    def execute(self, context: Context) -> None:
        """See the class."""
        from cadangan.operators.desk import open_request
        from cadangan.steps import verify

        verify.dispose(*open_request(context))
