"""Step 3: freeze the approved plan."""

from airflow.sdk import Context

from cadangan.operators.step import RequestOperator


class FreezePlan(RequestOperator):
    """Freeze the plan with its SHA-256 and push the ids of its items, over which the dumps are mapped."""

    def execute(self, context: Context) -> list[int]:
        """Return the items' ids."""
        from cadangan.steps import plan

        return plan.freeze(self.desk(), self.request_no)
