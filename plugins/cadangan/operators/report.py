"""Step 5: write the report."""

from typing import Any

from airflow.sdk import BaseOperator, Context
from airflow.sdk.exceptions import AirflowSkipException


class WriteReport(BaseOperator):
    """Write the report of one round, whatever came of it."""

    def __init__(self, *, round_no: int, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(**kwargs)
        self.round_no = round_no

    def execute(self, context: Context) -> None:
        """See the class; skipped when the request never came to be executed."""
        from cadangan.operators.desk import open_request
        from cadangan.steps import confirm

        if not confirm.report(*open_request(context), self.round_no):
            raise AirflowSkipException("Nothing was executed: there is nothing to confirm.")
