"""Step 3: draft the plan."""

from typing import TYPE_CHECKING

from airflow.sdk import Context

from cadangan.operators.step import StepOperator

if TYPE_CHECKING:
    from cadangan.steps.desk import Desk


class DraftPlan(StepOperator):
    """Inspect the targets anew and save the draft that the plan gate shows."""

    def act(self, desk: "Desk", number: str, context: Context) -> None:
        """See the class."""
        from cadangan.steps import plan

        plan.draft(desk, number)
