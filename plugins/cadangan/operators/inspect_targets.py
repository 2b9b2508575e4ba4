"""Step 2: look at the targets that the letter names."""

from typing import TYPE_CHECKING

from airflow.sdk import Context

from cadangan.operators.step import StepOperator

if TYPE_CHECKING:
    from cadangan.steps.desk import Desk


class InspectTargets(StepOperator):
    """Inspect every item's database and keep the evidence for the verifier."""

    def act(self, desk: "Desk", number: str, context: Context) -> None:
        """See the class."""
        from cadangan.steps import verify

        verify.inspect(desk, number)
