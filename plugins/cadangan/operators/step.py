"""What all operators of a request share: its number, and the desk.

Operators import what does their work when they run: parsing a DAG file must stay a matter of milliseconds.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from airflow.sdk import BaseOperator

if TYPE_CHECKING:
    from cadangan.steps.desk import Desk


class RequestOperator(BaseOperator):
    """An operator that works on one request.

    :param request_no: number of the request, templated.
    """

    template_fields: Sequence[str] = ("request_no",)

    def __init__(self, *, request_no: Any, **kwargs: Any) -> None:  # noqa: ANN401 - a string or an XComArg
        super().__init__(**kwargs)
        self.request_no = request_no

    def desk(self) -> "Desk":
        """Return the desk of this Airflow."""
        from cadangan.operators.desk import open_desk

        return open_desk()
