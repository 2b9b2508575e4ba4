"""Look for what the asset register does not know."""

from typing import TYPE_CHECKING, Any

from airflow.sdk import Context

from cadangan.operators.office import OfficeOperator
from cadangan.operators.settings import MAIL

if TYPE_CHECKING:
    from cadangan.steps.desk import Desk


class DiscoverAssets(OfficeOperator):
    """Compare every server with assets.yaml and keep what differs."""

    def act(self, desk: "Desk", context: Context) -> None:
        """See the class."""
        from cadangan.steps import discovery

        found = discovery.discover(desk.assets, desk.site)
        discovery.keep(desk, found)
        for one in found:
            self.log.info(
                "%s: %d unregistered, %d vanished%s",
                one.server,
                len(one.unregistered),
                len(one.vanished),
                ", could not be looked at" if one.trouble else "",
            )


class DeliverFindings(OfficeOperator):
    """Send the staff what was found."""

    def __init__(self, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(**{**MAIL, **kwargs})

    def act(self, desk: "Desk", context: Context) -> None:
        """See the class; MailFailed is raised for a retry when the server did not take one."""
        from cadangan.notifications import outbox
        from cadangan.steps import discovery

        outbox.deliver_kinds(desk, {discovery.KIND})
