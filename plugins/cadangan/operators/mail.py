"""Mails of a request, through Airflow's SMTP connection."""

from typing import TYPE_CHECKING, Any

from airflow.sdk import Context
from airflow.sdk.exceptions import AirflowSkipException

from cadangan.operators.settings import MAIL
from cadangan.operators.step import StepOperator
from cadangan.sensors.gate import DecisionGate, link_to

if TYPE_CHECKING:
    from cadangan.steps.desk import Desk


class DeliverMails(StepOperator):
    """Send every mail of the request that waits in the register's outbox."""

    def __init__(self, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(**{**MAIL, **kwargs})

    def act(self, desk: "Desk", number: str, context: Context) -> None:
        """See the class; MailFailed is raised for a retry when the server did not take one."""
        from cadangan.notifications import outbox

        outbox.deliver(desk, number)


class TellDeciders(DeliverMails):
    """Mail the link of a gate to those who may answer it.

    :param gate: the gate.
    """

    def __init__(self, *, gate: DecisionGate, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(task_id="notify", task_display_name="Surel ke pemutus", **kwargs)
        self.step = gate.step
        self.round_no = gate.round_no
        self.gate_id = gate.task_id

    def act(self, desk: "Desk", number: str, context: Context) -> None:
        """See the class; skipped when the gate has nothing to ask."""
        from cadangan.steps import gates

        gate = gates.Gate(number, self.step, self.round_no)
        if not gates.prepared(desk, gate):
            raise AirflowSkipException("The gate has nothing to ask: there is nobody to tell.")
        gates.tell_deciders(desk, gate, link_to(context["ti"], self.gate_id))
        super().act(desk, number, context)
