"""Step 3: freeze the approved plan."""

from typing import TYPE_CHECKING

from airflow.sdk import Context

from cadangan.operators.step import StepOperator

if TYPE_CHECKING:
    from cadangan.steps.desk import Desk


class FreezePlan(StepOperator):
    """Freeze the plan with its SHA-256 and push the ids of its items, over which the dumps are mapped."""

    def act(self, desk: "Desk", number: str, context: Context) -> list[int]:
        """Return the items' ids."""
        from cadangan.steps import plan

        return plan.freeze(desk, number)
