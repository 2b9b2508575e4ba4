"""Write a document beside the request's way."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from airflow.sdk import Context

from cadangan.core.states import Paper
from cadangan.operators.step import StepOperator

if TYPE_CHECKING:
    from cadangan.steps.desk import Desk


class WriteDocument(StepOperator):
    """Write one document of the request as the register stands.

    :param paper: which.
    """

    def __init__(self, *, paper: Paper, **kwargs: Any) -> None:  # noqa: ANN401
        # The mail that carries the document waits for the last try.
        super().__init__(task_id="document", **{"retry_delay": timedelta(seconds=10), **kwargs})
        self.paper = paper

    def act(self, desk: "Desk", number: str, context: Context) -> None:
        """See the class."""
        from cadangan.steps import files

        files.write(desk, number, self.paper)
