"""Rehearse stored back-ups."""

from typing import TYPE_CHECKING

from airflow.sdk import Context
from airflow.sdk.exceptions import AirflowSkipException

from cadangan.operators.office import OfficeOperator

if TYPE_CHECKING:
    from cadangan.steps.desk import Desk


class RehearseStored(OfficeOperator):
    """Rehearse back-ups until the budget is spent; skipped where policies.yaml names no key to decrypt with."""

    def act(self, desk: "Desk", context: Context) -> None:
        """See the class; RehearsalFailed is raised, after all of them, when one failed."""
        from cadangan.steps import drill

        if desk.policies.identity_conn_id is None:
            raise AirflowSkipException(
                "policies.yaml names no identity_conn_id, so that nothing can be decrypted here."
            )
        drill.drill(desk, context["dag_run"].start_date or desk.now())
