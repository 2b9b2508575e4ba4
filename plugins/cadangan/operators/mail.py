"""Mails of a request, through Airflow's SMTP connection."""

from typing import Any

from airflow.sdk import Context

from cadangan.operators.settings import MAIL
from cadangan.operators.step import RequestOperator
from cadangan.sensors.gate import DecisionGate, link_to


class DeliverMails(RequestOperator):
    """Send every mail of the request that waits in the register's outbox."""

    def execute(self, context: Context) -> None:
        """See the class; MailFailed is raised for a retry when the server did not take one."""
        from cadangan.notifications import outbox

        outbox.deliver(self.desk(), self.request_no)


class TellDeciders(DeliverMails):
    """Mail the link of a gate to those who may answer it.

    :param gate: the gate.
    """

    def __init__(self, *, gate: DecisionGate, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(
            task_id="notify", task_display_name="Surel ke pemutus", request_no=gate.request_no, **MAIL, **kwargs
        )
        self.step = gate.step
        self.round_no = gate.round_no
        self.gate_id = gate.task_id

    def execute(self, context: Context) -> None:
        """See the class."""
        from cadangan.steps import gates

        link = link_to(context["ti"], self.gate_id)
        gates.tell_deciders(self.desk(), gates.Gate(self.request_no, self.step, self.round_no), link)
        super().execute(context)
