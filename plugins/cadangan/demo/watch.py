"""Follow a run to its end: show each task when it ends, and let the officers answer the gates."""

import time
from collections.abc import Callable

from rich.console import Console

from cadangan.config.sop import Sop, StepRule
from cadangan.core.states import Step
from cadangan.demo.api import Task
from cadangan.demo.officers import Desk, Officer

_POLL_SECONDS = 0.5
_MARKS = {"success": "[green]✓[/]", "skipped": "[dim]–[/]", "removed": "[dim]–[/]"}
_ENDED = {"success", "failed", "skipped", "upstream_failed", "removed"}
_RUNNING = {"queued", "running"}


class Watch:
    """One run on the screen.

    :param user: the log-in that reads the run.
    :param still_alive: raises when Airflow has died, so that no one waits for ever.
    """

    def __init__(
        self, console: Console, desk: Desk, user: str, run: tuple[str, str], still_alive: Callable[[], None]
    ) -> None:
        self._console = console
        self._desk = desk
        self._api = desk.api(user)
        self._run = run
        self._still_alive = still_alive
        self._shown: set[tuple[str, int]] = set()
        self._section = ""

    def follow(self, sop: Sop, seconds: float) -> str:
        """Show the run until it ends and return its state; "timeout" when it has not ended after `seconds`."""
        limit = time.monotonic() + seconds
        with self._console.status("…") as status:
            while time.monotonic() < limit:
                self._still_alive()
                # The state is read before the tasks, so that the last look shows all that ended before it.
                state = self._api.run_state(*self._run)
                tasks = self._api.tasks(*self._run)
                self._show_ended(tasks, sop)
                if state not in _RUNNING:
                    return state
                self._answer_gates()
                status.update(", ".join(task.title for task in tasks if task.state == "running") or "…")
                time.sleep(_POLL_SECONDS)
        return "timeout"

    def failures(self) -> list[tuple[Task, str]]:
        """Return the failed tasks of the run with the text of their logs."""
        return [
            (task, self._api.log(self._run, task)) for task in self._api.tasks(*self._run) if task.state == "failed"
        ]

    def _show_ended(self, tasks: list[Task], sop: Sop) -> None:
        ended = [task for task in tasks if task.state in _ENDED and (task.task_id, task.map_index) not in self._shown]
        for task in sorted(ended, key=_order):
            self._shown.add((task.task_id, task.map_index))
            if task.state != "skipped":
                self._show(task, sop)

    def _show(self, task: Task, sop: Sop) -> None:
        section = task.task_id.partition(".")[0]
        if section != self._section and section in set(Step):
            self._section = section
            self._console.print(f"\n[bold]{_heading(sop.steps[Step(section)])}[/]")
        mark = _MARKS.get(str(task.state), f"[red]✗ {task.state}[/]")
        item = f" [{task.map_index + 1}]" if task.map_index >= 0 else ""
        self._console.print(f"  {mark} {task.title}{item}  [dim]{task.duration or 0:.1f} s[/]", highlight=False)

    def _answer_gates(self) -> None:
        for gate in self._api.open_gates(*self._run):
            self._say(self._desk.answer(self._run, gate))

    def _say(self, officer: Officer) -> None:
        self._console.print(f"  [cyan]▸ {officer.user}: {officer.choice}[/] [dim]{officer.form['note']}[/]")


def _heading(rule: StepRule) -> str:
    return f"{rule.number}. {rule.title} – {rule.actor}"


def _order(task: Task) -> tuple[bool, object]:
    return (task.started_at is None, task.started_at or task.task_id)
