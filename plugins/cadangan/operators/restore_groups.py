"""The task groups of a restore's request that it goes through once, and again after *Belum sesuai*."""

from typing import Any

from airflow.sdk import TaskGroup, TriggerRule, XComArg, task_group

from cadangan.operators.restore import LetItemServe, RestoreItem, SaveItem
from cadangan.sensors.window import WindowSensor


def restoring(group_id: str, title: str, items: XComArg, *, round_no: int) -> TaskGroup:
    """Return step 4: wait for the schedule, then save, restore and let serve each item apart from the others."""

    @task_group(group_id="item", group_display_name="Tiap objek")
    def each(item_id: int) -> None:
        item: dict[str, Any] = {"item_id": item_id, "round_no": round_no}
        saved = SaveItem(task_id="save", task_display_name="Cadangan pengaman", **item)
        restored = RestoreItem(
            task_id="restore",
            task_display_name="Pulihkan dan bandingkan",
            # Saving is skipped where nothing is replaced.
            trigger_rule=TriggerRule.NONE_FAILED,
            **item,
        )
        saved >> restored >> LetItemServe(task_id="serve", task_display_name="Pakai hasilnya", **item)

    with TaskGroup(group_id, group_display_name=title) as group:
        window = WindowSensor(task_id="window", task_display_name="Menunggu jadwal")
        window >> each.expand(item_id=items)
    return group
