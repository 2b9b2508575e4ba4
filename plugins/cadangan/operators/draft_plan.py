"""Step 3: draft the plan."""

from airflow.sdk import Context

from cadangan.operators.step import RequestOperator


class DraftPlan(RequestOperator):
    """Inspect the targets anew and save the draft that the plan gate shows."""

    def execute(self, context: Context) -> None:
        """See the class."""
        from cadangan.steps import plan

        plan.draft(self.desk(), self.request_no)
