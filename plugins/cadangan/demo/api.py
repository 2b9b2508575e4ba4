"""The few calls of Airflow's public REST API that officers and the demonstration need."""

import time
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote

import httpx

from cadangan.errors import DemoError

_TIMEOUT_SECONDS = 30.0
# Airflow 3.3.2 fails a gate that is answered before its scheduler has seen the asking process end: the end is
# then taken for that of the task that the answer resumes. People are slower than that; programs must be, too.
SETTLE_SECONDS = 2.0


@dataclass(frozen=True)
class Task:
    """A task instance as the API shows it; `state` is None before it is scheduled, `duration` in seconds."""

    task_id: str
    title: str
    map_index: int
    state: str | None
    try_number: int
    started_at: datetime | None
    duration: float | None


@dataclass(frozen=True)
class Gate:
    """A question to a person that has no answer yet."""

    task_id: str
    map_index: int
    subject: str
    body: str
    options: tuple[str, ...]
    fields: tuple[str, ...]


class AirflowApi:
    """A client, logged in as one person. Every call raises DemoError when Airflow refuses it."""

    def __init__(self, url: str, user: str, token: str) -> None:
        self.user = user
        self._client = httpx.Client(
            base_url=url, headers={"Authorization": f"Bearer {token}"}, timeout=_TIMEOUT_SECONDS, trust_env=False
        )
        self._open_since: dict[tuple[str, str, str, int], float] = {}

    @classmethod
    def log_in(cls, url: str, user: str, password: str) -> "AirflowApi":
        """Return a client for `user`; the same call serves the SimpleAuthManager and FAB."""
        credentials = {"username": user, "password": password}
        answer = httpx.post(f"{url}/auth/token", json=credentials, timeout=_TIMEOUT_SECONDS, trust_env=False)
        _check(answer)
        return cls(url, user, answer.json()["access_token"])

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def knows(self, dag_id: str) -> bool:
        """Tell whether the DAG has been read by the dag-processor."""
        answer = self._client.get(f"/api/v2/dags/{_part(dag_id)}")
        return answer.status_code != httpx.codes.NOT_FOUND and bool(_check(answer))

    def import_errors(self) -> list[str]:
        """Return the errors of DAG files, one text each."""
        found = self._get("/api/v2/importErrors")["import_errors"]
        return [f"{error['filename']}: {error['stack_trace']}" for error in found]

    def trigger(self, dag_id: str, conf: dict[str, Any]) -> str:
        """Start a run with `conf` as its params; return its id."""
        body = {"conf": conf, "logical_date": None}
        return str(_check(self._client.post(f"/api/v2/dags/{_part(dag_id)}/dagRuns", json=body))["dag_run_id"])

    def run_state(self, dag_id: str, run_id: str) -> str:
        """Return the run's state: queued, running, success or failed."""
        return str(self._get(_run(dag_id, run_id))["state"])

    def tasks(self, dag_id: str, run_id: str) -> list[Task]:
        """Return the run's task instances."""
        found = self._get(f"{_run(dag_id, run_id)}/taskInstances", limit=100)["task_instances"]
        return [_task(entry) for entry in found]

    def open_gates(self, dag_id: str, run_id: str) -> list[Gate]:
        """Return the questions of a run that wait for an answer and have been seen waiting for SETTLE_SECONDS."""
        found = self._get(f"{_run(dag_id, run_id)}/hitlDetails", response_received=False, state="awaiting_input")
        gates = {(dag_id, run_id, gate.task_id, gate.map_index): gate for gate in map(_gate, found["hitl_details"])}
        now = time.monotonic()
        # A gate that asks again starts anew.
        self._open_since = {key: self._open_since.get(key, now) for key in gates}
        return [gate for key, gate in gates.items() if now - self._open_since[key] >= SETTLE_SECONDS]

    def answer(self, run: tuple[str, str], gate: Gate, choice: str, fields: dict[str, Any]) -> None:
        """Answer a question of `run` (DAG id, run id): one of its options, and the form below it."""
        path = f"{_run(*run)}/taskInstances/{_part(gate.task_id)}/{gate.map_index}/hitlDetails"
        _check(self._client.patch(path, json={"chosen_options": [choice], "params_input": fields}))

    def log(self, run: tuple[str, str], task: Task) -> str:
        """Return the text of a task's latest log."""
        path = f"{_run(*run)}/taskInstances/{_part(task.task_id)}/logs/{max(task.try_number, 1)}"
        content = self._get(path, map_index=task.map_index, full_content=True)["content"]
        return "\n".join(_line(entry) for entry in content)

    def _get(self, path: str, **query: str | int | bool) -> dict[str, Any]:
        return _check(self._client.get(path, params=query))


def _check(answer: httpx.Response) -> dict[str, Any]:
    if answer.is_error:
        request = answer.request
        raise DemoError(f"Airflow refused {request.method} {request.url.path}: {answer.status_code} {answer.text}")
    body: dict[str, Any] = answer.json()
    return body


def _part(text: str) -> str:
    return quote(text, safe="~")


def _run(dag_id: str, run_id: str) -> str:
    return f"/api/v2/dags/{_part(dag_id)}/dagRuns/{_part(run_id)}"


def _task(entry: dict[str, Any]) -> Task:
    started = entry["start_date"]
    return Task(
        task_id=entry["task_id"],
        title=entry["task_display_name"],
        map_index=entry["map_index"],
        state=entry["state"],
        try_number=entry["try_number"],
        started_at=datetime.fromisoformat(started) if started else None,
        duration=entry["duration"],
    )


def _gate(entry: dict[str, Any]) -> Gate:
    return Gate(
        task_id=entry["task_instance"]["task_id"],
        map_index=entry["task_instance"]["map_index"],
        subject=entry["subject"],
        body=entry["body"] or "",
        options=tuple(entry["options"]),
        fields=tuple(entry["params"]),
    )


def _line(entry: str | dict[str, Any]) -> str:
    if isinstance(entry, str):
        return entry
    errors = [f"{error.get('exc_type')}: {error.get('exc_value')}" for error in entry.get("error_detail") or ()]
    return "\n".join([str(entry.get("event", "")), *errors])
