"""The end of a request, whatever its way."""

from typing import TYPE_CHECKING

from airflow.sdk import Context

from cadangan.operators.step import StepOperator

if TYPE_CHECKING:
    from cadangan.steps.desk import Desk


class ConcludeRequest(StepOperator):
    """Bring the request to its closing status and write the final document."""

    def act(self, desk: "Desk", number: str, context: Context) -> None:
        """See the class."""
        from cadangan.steps import close

        close.conclude(desk, number)


class CloseRequest(StepOperator):
    """The run's last task: it fails when the request did, or its requester was not told, so that its state is true."""

    def act(self, desk: "Desk", number: str, context: Context) -> None:
        """See the class."""
        from cadangan.steps import close

        close.check(desk, number)
