"""The task groups that a request goes through once, and again after *Belum sesuai*."""

from typing import Any

from airflow.sdk import TaskGroup, TriggerRule, XComArg, task_group
from airflow.sdk.definitions._internal.node import DAGNode

from cadangan.core.states import Step
from cadangan.operators import form
from cadangan.operators.item import ChecksumItem, DumpItem
from cadangan.operators.mail import TellDeciders
from cadangan.operators.report import WriteReport
from cadangan.sensors.gate import DecisionGate
from cadangan.sensors.window import WindowSensor

DEFAULT_POOL = "default_pool"


def execution(group_id: str, title: str, items: XComArg, *, round_no: int) -> TaskGroup:
    """Return step 4: wait for the schedule, then dump and check each item apart from the others."""
    with TaskGroup(group_id, group_display_name=title) as group:
        window = WindowSensor(task_id="window", task_display_name="Menunggu jadwal")
        window >> each_item("item", "Tiap objek", items, round_no=round_no)
    return group


def each_item(group_id: str, title: str, items: XComArg, *, round_no: int, pool: str = DEFAULT_POOL) -> DAGNode:
    """Return what is done with each item apart from the others.

    :param pool: Airflow pool whose slots limit how many are dumped at once.
    """

    @task_group(group_id=group_id, group_display_name=title)
    def each(item_id: int) -> None:
        item: dict[str, Any] = {"item_id": item_id, "round_no": round_no}
        dump = DumpItem(task_id="dump", task_display_name="Dump", pool=pool, **item)
        dump >> ChecksumItem(task_id="checksum", task_display_name="Periksa salinan", **item)

    return each.expand(item_id=items)


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
