"""The end of a request, whatever its way."""

from airflow.sdk import BaseOperator, Context
from airflow.sdk.exceptions import AirflowFailException


class ConcludeRequest(BaseOperator):
    """Bring the run's request to its closing status and write the final documents; push its number."""

    def execute(self, context: Context) -> str:
        """Return the request's number."""
        from cadangan.operators.desk import open_desk
        from cadangan.steps import confirm

        run = context["dag_run"]
        return confirm.conclude(open_desk(), run.dag_id, run.run_id)


class CloseRequest(BaseOperator):
    """The run's last task: it fails when the request did, so that the run's state tells the truth."""

    def execute(self, context: Context) -> None:
        """See the class."""
        from cadangan.operators.desk import open_desk
        from cadangan.steps import confirm

        run = context["dag_run"]
        try:
            confirm.check_end(open_desk(), run.dag_id, run.run_id)
        except confirm.RequestFailed as failed:
            raise AirflowFailException(str(failed)) from failed
