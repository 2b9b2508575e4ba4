"""The task groups that a request goes through once, and again after *Belum sesuai*."""

from dataclasses import dataclass
from typing import Any

from airflow.sdk import TaskGroup, TriggerRule, XComArg, task_group
from airflow.sdk.definitions._internal.node import DAGNode

from cadangan.core.states import Paper, Step
from cadangan.operators import form
from cadangan.operators.document import WriteDocument
from cadangan.operators.item import ChecksumItem, DumpItem, RehearseItem
from cadangan.operators.mail import TellDeciders
from cadangan.operators.sum_up import SumUp
from cadangan.sensors.gate import DecisionGate
from cadangan.sensors.window import WindowSensor

DEFAULT_POOL = "default_pool"


def execution(group_id: str, title: str, items: XComArg, *, round_no: int) -> TaskGroup:
    """Return step 4: wait for the schedule, then dump, check and rehearse each item apart from the others."""
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
        checksum = ChecksumItem(task_id="checksum", task_display_name="Periksa salinan", **item)
        dump >> checksum >> RehearseItem(task_id="rehearse", task_display_name="Uji pulih", **item)

    return each.expand(item_id=items)


@dataclass(frozen=True)
class Confirmation:
    """Step 5: what came of the execution, the gate, and beside them the report and the mail to the gate's deciders."""

    summed_up: SumUp
    gate: DecisionGate
    told: TellDeciders


def confirmation(group_id: str, title: str, *, round_no: int) -> Confirmation:
    """Return step 5, which follows whatever came of the execution."""
    with TaskGroup(group_id, group_display_name=title):
        summed_up = SumUp(
            task_id="report",
            task_display_name="Simpulkan hasil",
            round_no=round_no,
            trigger_rule=TriggerRule.ALL_DONE,
        )
        report = WriteDocument(paper=Paper.REPORT, task_display_name="Laporan")
        gate = DecisionGate(step=Step.CONFIRM, params=form.note(), round_no=round_no)
        told = TellDeciders(gate=gate, trigger_rule=TriggerRule.ALL_DONE)
    summed_up >> [report, gate]
    report >> told
    return Confirmation(summed_up, gate, told)
