"""Step 1: enter the letter in the register."""

from typing import TYPE_CHECKING, Any

from airflow.sdk import BaseOperator, Context
from airflow.sdk.exceptions import AirflowFailException

from cadangan.errors import RequestRefused

if TYPE_CHECKING:
    from cadangan.steps.desk import Desk


class RegisterRequest(BaseOperator):
    """Check the form's data, enter the letter, and push the request's number.

    A form that breaks rules fails the task at once, with every violation in the log.
    """

    def execute(self, context: Context) -> str:
        """Return the request's number."""
        from cadangan.operators.desk import open_desk

        run = context["dag_run"]
        try:
            number = self.enter(
                open_desk(),
                dag_id=run.dag_id,
                run_id=run.run_id,
                form=dict(context["params"]),
                recorded_by=run.triggering_user_name or "airflow",
            )
        except RequestRefused as refused:
            self.log.error("%s", refused)
            raise AirflowFailException(str(refused)) from refused
        self.log.info("Request %s: registered", number)
        return number

    def enter(self, desk: "Desk", **letter: Any) -> str:  # noqa: ANN401
        """Enter the letter and return its number; raise RequestRefused."""
        from cadangan.steps import intake

        return intake.register(desk, **letter)
