"""Step 2: look at the targets that the letter names."""

from airflow.sdk import Context

from cadangan.operators.step import RequestOperator


class InspectTargets(RequestOperator):
    """Inspect every item's database and keep the evidence for the verifier."""

    def execute(self, context: Context) -> None:
        """See the class."""
        from cadangan.steps import verify

        verify.inspect(self.desk(), self.request_no)
