"""The operators of the watch over the vault."""

from typing import TYPE_CHECKING, Any

from airflow.sdk import Context

from cadangan.operators.office import OfficeOperator
from cadangan.operators.settings import MAIL

if TYPE_CHECKING:
    from cadangan.steps.desk import Desk


class ScanVault(OfficeOperator):
    """Scan the vault within its budget, and mend what can be mended."""

    def act(self, desk: "Desk", context: Context) -> int:
        """Return the scan's number in the register."""
        from cadangan.steps import scan

        return scan.scan(desk)


class LookForAlerts(OfficeOperator):
    """Look at every condition and write the mails that are due."""

    def act(self, desk: "Desk", context: Context) -> int:
        """Return how many alerts are open."""
        from cadangan.steps import alerts

        return alerts.look(desk)


class SendHeartbeat(OfficeOperator):
    """Tell a monitor that all this still runs."""

    def act(self, desk: "Desk", context: Context) -> bool:
        """Return whether there is a monitor."""
        from cadangan.notifications import heartbeat

        return heartbeat.beat(desk)


class MailHeartbeat(OfficeOperator):
    """Tell people once a day that all this still runs."""

    def __init__(self, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(**{**MAIL, **kwargs})

    def act(self, desk: "Desk", context: Context) -> bool:
        """Return whether there is anybody to tell."""
        from cadangan.notifications import heartbeat_mail

        return heartbeat_mail.beat(desk)
