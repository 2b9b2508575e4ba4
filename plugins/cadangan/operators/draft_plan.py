"""Step 3: draft the plan."""

from airflow.sdk import BaseOperator, Context


class DraftPlan(BaseOperator):
    """Inspect the targets anew and save the draft that the plan gate shows."""

    def execute(self, context: Context) -> None:
        """See the class."""
        from cadangan.operators.desk import open_request
        from cadangan.steps import plan

        plan.draft(*open_request(context))
