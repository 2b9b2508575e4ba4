"""The operators of the retention DAGs."""

from typing import TYPE_CHECKING

from airflow.sdk import BaseOperator, Context
from airflow.sdk.exceptions import AirflowFailException, AirflowSkipException

from cadangan.errors import PERMANENT
from cadangan.operators.step import StepOperator

if TYPE_CHECKING:
    from cadangan.steps.desk import Desk


class PlanDestruction(BaseOperator):
    """Store which back-ups would go, and push the plan's number; skipped, with all that follows, when none would.

    :param after: what must precede the destruction: "rule" or "gate".
    """

    def __init__(self, *, after: str, **kwargs: object) -> None:
        super().__init__(**kwargs)  # type: ignore[arg-type]
        self.after = after

    def execute(self, context: Context) -> str:
        """Return the number of the plan."""
        from cadangan.operators.desk import open_desk
        from cadangan.steps import destruction

        run = context["dag_run"]
        try:
            number = destruction.plan(open_desk(), destruction.Run(self.after, run.dag_id, run.run_id))
        except PERMANENT as err:
            raise AirflowFailException(str(err)) from err
        if number is None:
            raise AirflowSkipException("No back-up may go.")
        return number


class DestroyBackups(StepOperator):
    """Destroy what the plan names, if its leave holds and each still may go."""

    def act(self, desk: "Desk", number: str, context: Context) -> None:
        """See the class; VaultError is raised for a retry when copies could not be deleted."""
        from cadangan.steps import destruction

        destruction.destroy(desk, number)


class ConcludeDestruction(StepOperator):
    """Close the destruction; the task fails when a back-up that should have gone is there."""

    def act(self, desk: "Desk", number: str, context: Context) -> None:
        """See the class."""
        from cadangan.steps import destruction

        destruction.conclude(desk, number)
