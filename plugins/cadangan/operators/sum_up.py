"""Step 5: what came of the execution."""

from typing import TYPE_CHECKING, Any

from airflow.sdk import Context
from airflow.sdk.exceptions import AirflowSkipException

from cadangan.operators.step import StepOperator

if TYPE_CHECKING:
    from cadangan.steps.desk import Desk


class SumUp(StepOperator):
    """Sum one round up, whatever came of it, and start its confirmation.

    :param round_no: 1, or 2 after *Belum sesuai*.
    """

    def __init__(self, *, round_no: int, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(**kwargs)
        self.round_no = round_no

    def act(self, desk: "Desk", number: str, context: Context) -> None:
        """See the class; skipped when the request never came to be executed."""
        from cadangan.steps import confirm

        if not confirm.report(desk, number, self.round_no):
            raise AirflowSkipException("Nothing was executed: there is nothing to confirm.")
