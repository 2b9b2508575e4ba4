"""Step 3: freeze the approved plan."""

from airflow.sdk import BaseOperator, Context


class FreezePlan(BaseOperator):
    """Freeze the plan with its SHA-256 and push the ids of its items, over which the dumps are mapped."""

    def execute(self, context: Context) -> list[int]:
        """Return the items' ids."""
        from cadangan.operators.desk import open_request
        from cadangan.steps import plan

        return plan.freeze(*open_request(context))
