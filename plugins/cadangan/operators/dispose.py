"""Step 2: the disposition."""

from typing import TYPE_CHECKING

from airflow.sdk import Context

from cadangan.operators.step import StepOperator

if TYPE_CHECKING:
    from cadangan.steps.desk import Desk


class DisposeRequest(StepOperator):
    """Hand the verified request to the planners."""

    def act(self, desk: "Desk", number: str, context: Context) -> None:
        """See the class."""
        from cadangan.steps import verify

        verify.dispose(desk, number)
