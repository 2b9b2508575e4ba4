"""Look for what the asset register does not know."""

from typing import TYPE_CHECKING

from airflow.sdk import Context

from cadangan.operators.office import OfficeOperator

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
