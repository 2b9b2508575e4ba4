"""The operators of a restore's request that a back-up's does not have."""

from typing import TYPE_CHECKING, Any

from airflow.sdk import Context
from airflow.sdk.exceptions import AirflowSkipException

from cadangan.operators.item import ItemOperator
from cadangan.operators.office import OfficeOperator
from cadangan.operators.register_request import RegisterRequest
from cadangan.operators.step import StepOperator

if TYPE_CHECKING:
    from cadangan.steps.desk import Desk


class RegisterRestore(RegisterRequest):
    """Check the form's data, find the back-ups, enter the letter, and push the request's number."""

    def enter(self, desk: "Desk", **letter: Any) -> str:  # noqa: ANN401
        """See the base."""
        from cadangan.steps import restore_intake

        return restore_intake.register(desk, **letter)


class InspectRestore(StepOperator):
    """Look at the back-ups and at where they are to be restored."""

    def act(self, desk: "Desk", number: str, context: Context) -> None:
        """See the class."""
        from cadangan.steps import restore_verify

        restore_verify.inspect(desk, number)


class DraftRestore(StepOperator):
    """Look at them anew and save the draft that the plan gate shows."""

    def act(self, desk: "Desk", number: str, context: Context) -> None:
        """See the class."""
        from cadangan.steps import restore_plan

        restore_plan.draft(desk, number)


class SaveItem(ItemOperator):
    """Back up what is to be replaced, if the approved plan replaces anything."""

    def act_on_item(self, desk: "Desk", number: str) -> None:
        """See the class; skipped where nothing is replaced."""
        from cadangan.steps import restore

        if not restore.save(desk, number, self.item_id, self.round_no):
            raise AirflowSkipException("Nothing is replaced: there is nothing to save.")


class RestoreItem(ItemOperator):
    """Restore one item into a place of its own and compare that with the manifest, if the approved plan allows it."""

    def act_on_item(self, desk: "Desk", number: str) -> None:
        """See the class."""
        from cadangan.steps import restore

        restore.restore(desk, number, self.item_id, self.round_no)


class LetItemServe(ItemOperator):
    """Give what was restored its name, in the place of what is there now where that is planned."""

    def act_on_item(self, desk: "Desk", number: str) -> None:
        """See the class."""
        from cadangan.steps import restore

        restore.let_serve(desk, number, self.item_id, self.round_no)


class SettleRestore(StepOperator):
    """Carry out what the confirmation says: the result stays, or what was there before is back."""

    def act(self, desk: "Desk", number: str, context: Context) -> None:
        """See the class."""
        from cadangan.steps import restore_settle

        restore_settle.settle(desk, number)


class DropOver(OfficeOperator):
    """Drop databases that were replaced or rejected, once the time for which they are kept is over."""

    def act(self, desk: "Desk", context: Context) -> None:
        """See the class."""
        from cadangan.steps import restore_settle

        restore_settle.drop_over(desk)
