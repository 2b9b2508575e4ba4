"""The task groups that a request goes through once, and again after *Belum sesuai*."""

from typing import Any

from airflow.sdk import TaskGroup, TriggerRule, XComArg, task_group

from cadangan.core.states import Step
from cadangan.operators import form
from cadangan.operators.item import ChecksumItem, DumpItem, RehearseItem
from cadangan.operators.mail import TellDeciders
from cadangan.operators.report import WriteReport
from cadangan.sensors.gate import DecisionGate
from cadangan.sensors.window import WindowSensor


def execution(group_id: str, title: str, items: XComArg, *, round_no: int) -> TaskGroup:
    """Return step 4: wait for the schedule, then dump, check and rehearse each item apart from the others."""
    with TaskGroup(group_id, group_display_name=title) as group:
        window = WindowSensor(task_id="window", task_display_name="Menunggu jadwal")

        @task_group(group_id="item", group_display_name="Tiap objek")
        def each(item_id: int) -> None:
            item: dict[str, Any] = {"item_id": item_id, "round_no": round_no}
            dump = DumpItem(task_id="dump", task_display_name="Dump", **item)
            checksum = ChecksumItem(task_id="checksum", task_display_name="Periksa salinan", **item)
            dump >> checksum >> RehearseItem(task_id="rehearse", task_display_name="Uji pulih", **item)

        window >> each.expand(item_id=items)
    return group


def confirmation(group_id: str, title: str, *, round_no: int) -> tuple[WriteReport, DecisionGate, TellDeciders]:
    """Return step 5: the report, whatever came of the execution, the gate, and the mail to its deciders."""
    with TaskGroup(group_id, group_display_name=title):
        report = WriteReport(
            task_id="report",
            task_display_name="Susun laporan",
            round_no=round_no,
            trigger_rule=TriggerRule.ALL_DONE,
        )
        gate = DecisionGate(step=Step.CONFIRM, params=form.note(), round_no=round_no)
        return report, gate, TellDeciders(gate=gate)
