"""The end of a request, whatever its way."""

from airflow.sdk import BaseOperator, Context
from airflow.sdk.exceptions import AirflowFailException


class ConcludeRequest(BaseOperator):
    """Bring the request to its closing status and write the final documents."""

    def execute(self, context: Context) -> None:
        """See the class."""
        from cadangan.operators.desk import open_request
        from cadangan.steps import close

        close.conclude(*open_request(context))


class CloseRequest(BaseOperator):
    """The run's last task: it fails when the request did, so that the run's state tells the truth."""

    def execute(self, context: Context) -> None:
        """See the class."""
        from cadangan.operators.desk import open_request
        from cadangan.steps import close

        try:
            close.check(*open_request(context))
        except close.RequestFailed as failed:
            raise AirflowFailException(str(failed)) from failed
