"""The operators of a scheduled run that a letter's run does not have."""

from typing import TYPE_CHECKING

from airflow.sdk import BaseOperator, Context
from airflow.sdk.exceptions import AirflowFailException

from cadangan.errors import PERMANENT
from cadangan.operators.step import StepOperator

if TYPE_CHECKING:
    from cadangan.steps.desk import Desk


class BeginRun(BaseOperator):
    """Enter the run in the register, freeze its plan under the policy's standing approval, push its items' ids.

    :param policy: name in policies.yaml.
    """

    def __init__(self, *, policy: str, **kwargs: object) -> None:
        super().__init__(**kwargs)  # type: ignore[arg-type]
        self.policy = policy

    def execute(self, context: Context) -> list[int]:
        """Return the ids of the run's items."""
        from cadangan.operators.desk import open_desk
        from cadangan.steps import scheduled

        run = context["dag_run"]
        started = scheduled.Run(
            policy=self.policy,
            dag_id=run.dag_id,
            run_id=run.run_id,
            due_at=run.run_after if run.run_type == "scheduled" else None,
            started_by=run.triggering_user_name or "airflow",
        )
        try:
            return scheduled.begin(open_desk(), started)
        except PERMANENT as err:
            raise AirflowFailException(str(err)) from err


class ItemsOnServer(StepOperator):
    """Push the ids of the run's items on one server, whose dumps share its pool.

    :param server: name in assets.yaml.
    """

    def __init__(self, *, server: str, **kwargs: object) -> None:
        super().__init__(**kwargs)  # type: ignore[arg-type]
        self.server = server

    def act(self, desk: "Desk", number: str, context: Context) -> list[int]:
        """See the class."""
        from cadangan.steps import scheduled

        return scheduled.items_on(desk, number, self.server)


class ConcludeRun(StepOperator):
    """Close the run with what came of it, and write the mail to the staff when not all of it succeeded."""

    def act(self, desk: "Desk", number: str, context: Context) -> None:
        """See the class."""
        from cadangan.steps import scheduled

        scheduled.conclude(desk, number)


class CheckRun(StepOperator):
    """The run's last task: it fails when any item did, so that the run's state is true."""

    def act(self, desk: "Desk", number: str, context: Context) -> None:
        """See the class."""
        from cadangan.steps import scheduled

        scheduled.check(desk, number)
