"""Step 4: the operators that work on one item of a request."""

from collections.abc import Sequence
from typing import Any

from airflow.sdk import BaseOperator, Context


class ItemOperator(BaseOperator):
    """An operator on one item in one round of execution.

    :param item_id: the item's id in the register, templated.
    :param round_no: 1, or 2 after *Belum sesuai*.
    """

    template_fields: Sequence[str] = ("item_id",)

    def __init__(self, *, item_id: Any, round_no: int, **kwargs: Any) -> None:  # noqa: ANN401 - a number or an XComArg
        super().__init__(map_index_template="{{ asset }}", **kwargs)
        self.item_id = item_id
        self.round_no = round_no


class DumpItem(ItemOperator):
    """Dump one database to its copies, if its approved plan allows it."""

    def execute(self, context: Context) -> None:
        """See the class."""
        from cadangan.operators.desk import open_request
        from cadangan.steps import execute

        desk, number = open_request(context)
        context["asset"] = execute.asset_of(desk, self.item_id)  # type: ignore[typeddict-unknown-key]
        execute.dump(desk, number, self.item_id, self.round_no)


class ChecksumItem(ItemOperator):
    """Re-read every copy of one item's back-up and compare it with its manifest."""

    def execute(self, context: Context) -> None:
        """See the class."""
        from cadangan.operators.desk import open_request
        from cadangan.steps import execute

        desk, number = open_request(context)
        context["asset"] = execute.asset_of(desk, self.item_id)  # type: ignore[typeddict-unknown-key]
        execute.check(desk, number, self.item_id, self.round_no)
