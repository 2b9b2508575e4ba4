"""What all operators of a request have in common.

They import what does their work when they run: parsing a DAG file must stay a matter of milliseconds.
"""

from typing import TYPE_CHECKING, Any

from airflow.sdk import BaseOperator, Context
from airflow.sdk.exceptions import AirflowFailException

from cadangan.errors import PERMANENT

if TYPE_CHECKING:
    from cadangan.steps.desk import Desk


class StepOperator(BaseOperator):
    """An operator that works on the request of its run. A subclass says how in `act`."""

    def execute(self, context: Context) -> Any:  # noqa: ANN401 - what `act` returns goes to XCom
        """Open the desk and act; an error that only a person can mend fails the task without further tries."""
        from cadangan.operators.desk import open_request

        try:
            return self.act(*open_request(context), context)
        except PERMANENT as err:
            raise AirflowFailException(str(err)) from err

    def act(self, desk: "Desk", number: str, context: Context) -> Any:  # noqa: ANN401
        """Work on the request of that number."""
        raise NotImplementedError
