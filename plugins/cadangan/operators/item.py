"""Step 4: the operators that work on one item of a request."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from airflow.sdk import Asset, AssetAlias, Context

from cadangan.operators.step import StepOperator

if TYPE_CHECKING:
    from cadangan.steps.desk import Desk

GOOD_BACKUPS = AssetAlias("cadangan")


class ItemOperator(StepOperator):
    """An operator on one item in one round of execution.

    :param item_id: the item's id in the register, templated.
    :param round_no: 1, or 2 after *Belum sesuai*.
    """

    template_fields: Sequence[str] = ("item_id",)

    def __init__(self, *, item_id: Any, round_no: int, **kwargs: Any) -> None:  # noqa: ANN401 - a number or an XComArg
        super().__init__(map_index_template="{{ asset }}", **kwargs)
        self.item_id = item_id
        self.round_no = round_no

    def act(self, desk: "Desk", number: str, context: Context) -> None:
        """Show the asset's name instead of an index, then act on the item."""
        from cadangan.steps import execute

        context["asset"] = execute.asset_of(desk, self.item_id)  # type: ignore[typeddict-unknown-key]
        self.act_on_item(desk, number)

    def act_on_item(self, desk: "Desk", number: str) -> None:
        """Work on the item."""
        raise NotImplementedError


class DumpItem(ItemOperator):
    """Dump one database to its copies, if its approved plan allows it."""

    def act_on_item(self, desk: "Desk", number: str) -> None:
        """See the class."""
        from cadangan.steps import execute

        execute.dump(desk, number, self.item_id, self.round_no)


class ChecksumItem(ItemOperator):
    """Re-read every copy of one item's back-up and compare it with its manifest."""

    def act_on_item(self, desk: "Desk", number: str) -> None:
        """See the class."""
        from cadangan.steps import execute

        execute.check(desk, number, self.item_id, self.round_no)


class RehearseItem(ItemOperator):
    """Restore one item's back-up into a place that is thrown away, and compare it with its manifest; tell Airflow of
    one that is good.

    The event is one of the asset `cadangan://<server>/<asset>`, on which other DAGs can be scheduled.
    """

    def __init__(self, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(outlets=[GOOD_BACKUPS], **kwargs)

    def act(self, desk: "Desk", number: str, context: Context) -> None:
        """See the class."""
        from cadangan.steps import execute

        super().act(desk, number, context)
        address = execute.address_of(desk, self.item_id)
        context["outlet_events"][GOOD_BACKUPS].add(Asset(address), extra={"request": number})

    def act_on_item(self, desk: "Desk", number: str) -> None:
        """See the class."""
        from cadangan.steps import rehearse

        rehearse.rehearse(desk, number, self.item_id, self.round_no)
