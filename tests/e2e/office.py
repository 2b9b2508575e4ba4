"""One letter in a running Airflow: triggered, answered and watched through the public REST API."""

import itertools
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import select
from sqlalchemy.orm import Session

from cadangan.core.choices import Choice, ConfirmChoice, PlanChoice, VerifyChoice
from cadangan.demo import officers
from cadangan.demo.api import AirflowApi, Gate
from cadangan.demo.stage import Stage
from cadangan.register import requests
from cadangan.register.models import AuditEntry, Notice, Request
from cadangan.register.session import open_register
from tests.documents.reading import odf_text

DAG = "backup_request"
TICKS = {"time": True, "personnel": True, "facilities": True, "start": None, "executors": ["dc"], "note": ""}
RUNNING = {"queued", "running"}
ENDED = {"success", "failed", "skipped", "upstream_failed"}
_letters = itertools.count(1)


class Letter:
    """A request from its letter to its end."""

    def __init__(self, stage: Stage, recorder: str = "dc", dag: str = DAG, **changes: Any) -> None:
        self.stage = stage
        conf = officers.letter(stage.sop, datetime.now(UTC).date())
        conf |= {"letter_number": f"800/{next(_letters)}/UJI"} | changes
        self.run = (dag, api(stage, recorder).trigger(dag, conf))

    @classmethod
    def of_run(cls, stage: Stage, run_id: str) -> "Letter":
        """Return the letter that someone else has triggered."""
        letter = cls.__new__(cls)
        letter.stage, letter.run = stage, (DAG, run_id)
        return letter

    def until(self, done: Callable[[], Any], what: str, seconds: float = 180) -> Any:
        """Wait until `done` gives something true and return that."""
        limit = time.monotonic() + seconds
        while time.monotonic() < limit:
            self.stage.airflow.check()
            found = done()
            if found:
                return found
            time.sleep(0.3)
        raise AssertionError(f"{what} did not happen within {seconds} s: {self.states()}")

    def gate(self, task_id: str) -> Gate:
        """Return the gate once it asks."""
        return self.until(lambda: self.open_gate(task_id), f"{task_id} asking")

    def open_gate(self, task_id: str) -> Gate | None:
        gates = api(self.stage, "admin").open_gates(*self.run)
        return next((gate for gate in gates if gate.task_id == task_id), None)

    def answer(self, task_id: str, user: str, choice: Choice, **form: Any) -> None:
        """Answer a gate once it asks, and again if the scheduler lost the answer, until the gate has ended."""
        while True:
            self.attempt(task_id, user, choice, **form)
            if self.until(lambda: self.ended(task_id) or (self.open_gate(task_id) and "asks"), task_id) != "asks":
                return

    def attempt(self, task_id: str, user: str, choice: Choice, **form: Any) -> None:
        """Give one answer to a gate once it asks."""
        api(self.stage, user).answer(self.run, self.gate(task_id), choice, form)
        # Who looks next must see the gate ask anew.
        api(self.stage, "admin").open_gates(*self.run)

    def refused(self, task_id: str, user: str, choice: Choice, **form: Any) -> AuditEntry:
        """Give an answer that does not count, again if the scheduler lost it; return the refusal on the audit log."""
        while True:
            self.attempt(task_id, user, choice, **form)
            found = self.until(lambda: self.refusals(user) or self.open_gate(task_id), "the refusal")
            if isinstance(found, list):
                return found[-1]

    def refusals(self, user: str) -> list[AuditEntry]:
        return [entry for entry in self.audit("answer.refused") if entry.actor == user]

    def ended(self, task_id: str) -> str | None:
        state = self.states().get(task_id)
        return state if state in ENDED else None

    def verify(self) -> "Letter":
        self.answer("verify.gate", "kabid", VerifyChoice.APPROVE, note="")
        return self

    def plan(self, **form: Any) -> "Letter":
        self.answer("plan.gate", "kasi", PlanChoice.APPROVE, **TICKS | form)
        return self

    def confirm(self, choice: Choice = ConfirmChoice.CONFORMS, group: str = "confirm", note: str = "Baik") -> "Letter":
        self.answer(f"{group}.gate", "skpd", choice, note=note)
        return self

    def end(self) -> str:
        """Return the run's state once it has ended."""
        return self.until(lambda: (state := self.state()) not in RUNNING and state, "the end of the run")

    def state(self) -> str:
        return api(self.stage, "admin").run_state(*self.run)

    def states(self) -> dict[str, str | None]:
        """Return the state of every task, mapped ones by their index."""
        tasks = api(self.stage, "admin").tasks(*self.run)
        return {f"{t.task_id}[{t.map_index}]" if t.map_index >= 0 else t.task_id: t.state for t in tasks}

    def log(self, task_id: str) -> str:
        client = api(self.stage, "admin")
        return "\n".join(client.log(self.run, task) for task in client.tasks(*self.run) if task.task_id == task_id)

    @contextmanager
    def record(self) -> Iterator[tuple[Session, Request]]:
        """Give the request as the register holds it."""
        with open_register(self.stage.register_url).transaction() as session:
            yield session, requests.by_run(session, *self.run)

    def status(self) -> str:
        with self.record() as (_, request):
            return request.status

    def backups(self) -> list[str]:
        with self.record() as (_, request):
            return [backup.name for item in request.items for backup in item.backups]

    def document(self, kind: str) -> str:
        """Return the text of a document of that kind, as a person reads it."""
        with self.record() as (_, request):
            (url,) = [row.url for row in request.documents if row.kind == kind and row.name.endswith(".fodt")]
        return odf_text(Path(urlsplit(url).path).read_bytes())

    def audit(self, action: str) -> list[AuditEntry]:
        with self.record() as (session, request):
            rows = session.scalars(select(AuditEntry).where(AuditEntry.subject == request.number)).all()
            return [row for row in rows if row.action == action]

    def mails(self, kind: str) -> list[Notice]:
        with self.record() as (_, request):
            return [notice for notice in request.notices if notice.kind == kind]

    def set_state(self, task_id: str, state: str, map_index: int = -1) -> None:
        """Mark a task by hand, as an administrator can in the UI."""
        path = f"/api/v2/dags/{self.run[0]}/dagRuns/{self.run[1]}/taskInstances/{task_id}/{map_index}"
        call(self.stage, "PATCH", path, {"new_state": state})

    def clear(self, *task_ids: str, downstream: bool = True) -> None:
        """Clear tasks, as an administrator can in the UI."""
        body = {
            "dry_run": False,
            "dag_run_id": self.run[1],
            "task_ids": list(task_ids),
            "only_failed": False,
            "include_downstream": downstream,
            "reset_dag_runs": True,
        }
        call(self.stage, "POST", f"/api/v2/dags/{self.run[0]}/clearTaskInstances", body)


_clients: dict[tuple[str, str], AirflowApi] = {}


def api(stage: Stage, user: str) -> AirflowApi:
    """Return the client of `user`, logged in once."""
    key = (stage.airflow.url, user)
    if key not in _clients:
        _clients[key] = stage.airflow.api(user)
    return _clients[key]


def call(stage: Stage, method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
    """Call Airflow's REST API as an administrator and return its answer."""
    answer = api(stage, "admin")._client.request(method, path, json=body)
    assert not answer.is_error, answer.text
    return answer.json()
