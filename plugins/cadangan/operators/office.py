"""What the operators have in common that work for the office and for no single request."""

from typing import TYPE_CHECKING, Any

from airflow.sdk import BaseOperator, Context
from airflow.sdk.exceptions import AirflowFailException

from cadangan.errors import PERMANENT
from cadangan.operators.settings import MAIL

if TYPE_CHECKING:
    from cadangan.steps.desk import Desk


class OfficeOperator(BaseOperator):
    """An operator that works at the desk. A subclass says how in `act`."""

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


class DeliverOfficeMails(OfficeOperator):
    """Send every waiting mail of one kind that belongs to no request.

    :param kind: of the mails.
    """

    def __init__(self, *, kind: str, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(**{**MAIL, **kwargs})
        self.kind = kind

    def act(self, desk: "Desk", context: Context) -> None:
        """See the class; MailFailed is raised for a retry when the server did not take one."""
        from cadangan.notifications import outbox

        outbox.deliver_of_office(desk, self.kind)
