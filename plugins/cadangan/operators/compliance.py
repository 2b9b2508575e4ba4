"""Write the compliance report."""

from typing import TYPE_CHECKING

from airflow.sdk import Context

from cadangan.operators.office import OfficeOperator

if TYPE_CHECKING:
    from cadangan.steps.desk import Desk


class WriteCompliance(OfficeOperator):
    """Write the report of the period that the run's `period` names, of last month without one."""

    def act(self, desk: "Desk", context: Context) -> None:
        """See the class."""
        from cadangan.steps import compliance

        compliance.write_report(desk, str(context["params"].get("period") or "") or compliance.last_month(desk))
