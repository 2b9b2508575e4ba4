"""Step 2: look at the targets that the letter names."""

from airflow.sdk import BaseOperator, Context


class InspectTargets(BaseOperator):
    """Inspect every item's database and keep the evidence for the verifier."""

    def execute(self, context: Context) -> None:
        """See the class."""
        from cadangan.operators.desk import open_request
        from cadangan.steps import verify

        verify.inspect(*open_request(context))
