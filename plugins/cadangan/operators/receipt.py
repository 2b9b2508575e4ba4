"""The receipt of a letter."""

from typing import TYPE_CHECKING

from airflow.sdk import Context

from cadangan.operators.mail import DeliverMails

if TYPE_CHECKING:
    from cadangan.steps.desk import Desk


class SendReceipt(DeliverMails):
    """Write the receipt of the letter and mail it to the requester."""

    def act(self, desk: "Desk", number: str, context: Context) -> None:
        """See the class."""
        from cadangan.steps import intake

        intake.acknowledge(desk, number)
        super().act(desk, number, context)
