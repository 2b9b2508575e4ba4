"""What all operators of a request share: its number, and the desk."""

from collections.abc import Sequence
from typing import Any

from airflow.sdk import BaseOperator

from cadangan.operators.desk import open_desk
from cadangan.steps.desk import Desk


class RequestOperator(BaseOperator):
    """An operator that works on one request.

    :param request_no: number of the request, templated.
    """

    template_fields: Sequence[str] = ("request_no",)

    def __init__(self, *, request_no: Any, **kwargs: Any) -> None:  # noqa: ANN401 - a string or an XComArg
        super().__init__(**kwargs)
        self.request_no = request_no

    def desk(self) -> Desk:
        """Return the desk of this Airflow."""
        return open_desk()
