"""Addresses of pages in Airflow's UI."""

from typing import TYPE_CHECKING
from urllib.parse import quote

from airflow.sdk.configuration import conf

from cadangan.core.choices import CHOICES
from cadangan.core.states import Step

if TYPE_CHECKING:
    from cadangan.register.models import StepTime


def gate(dag_id: str, run_id: str, task_id: str, map_index: int | None = None) -> str:
    """Return the address of a gate's form.

    :param map_index: which of a mapped gate's forms; None or negative for a gate that is not mapped.
    """
    which = f"/mapped/{map_index}" if map_index is not None and map_index >= 0 else ""
    return f"{run(dag_id, run_id)}/tasks/{quote(task_id)}{which}/required_actions"


def run(dag_id: str, run_id: str) -> str:
    """Return the address of a run."""
    base = conf.get("api", "base_url", fallback="http://localhost:8080/").rstrip("/")
    return f"{base}/dags/{quote(dag_id)}/runs/{quote(run_id)}"


def step(row: "StepTime") -> str:
    """Return where a step of a request can be acted on: the form of its gate, or its run."""
    request = row.request
    if Step(row.step) not in CHOICES:
        return run(request.dag_id, request.run_id)
    group = row.step if row.round == 1 else f"{row.step}_again"
    return gate(request.dag_id, request.run_id, f"{group}.gate")
