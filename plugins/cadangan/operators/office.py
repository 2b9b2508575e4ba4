"""What operators have in common that work for the office, on no request."""

from typing import TYPE_CHECKING, Any

from airflow.sdk import BaseOperator, Context
from airflow.sdk.exceptions import AirflowFailException

from cadangan.errors import PERMANENT

if TYPE_CHECKING:
    from cadangan.steps.desk import Desk


class OfficeOperator(BaseOperator):
    """An operator at the desk of this Airflow. A subclass says what it does in `act`."""

    def execute(self, context: Context) -> Any:  # noqa: ANN401 - what `act` returns goes to XCom
        """Open the desk and act; an error that only a person can mend fails the task without further tries."""
        from cadangan.operators.desk import open_desk

        try:
            return self.act(open_desk(), context)
        except PERMANENT as err:
            raise AirflowFailException(str(err)) from err

    def act(self, desk: "Desk", context: Context) -> Any:  # noqa: ANN401
        """Work at the desk."""
        raise NotImplementedError
