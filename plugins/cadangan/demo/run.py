"""`python -m cadangan demo`: one request through all steps of the SOP, on this machine."""

import signal
import sys
import time
from datetime import datetime
from pathlib import Path
from types import FrameType
from zoneinfo import ZoneInfo

from rich.console import Console

from cadangan import paths
from cadangan.demo import officers, screen
from cadangan.demo.outcome import Outcome, read_outcome
from cadangan.demo.stage import Stage, set_stage
from cadangan.demo.watch import Watch
from cadangan.errors import DemoError

HOME = paths.ROOT / ".demo"
_READ_SECONDS = 60.0
_RUN_SECONDS = 900.0
_POLL_SECONDS = 0.5


def run_once(root: Path) -> int:
    """Run the demonstration in the folder `root` and stop it; return 0 when all of it succeeded, else 1."""
    _stop_on_signals()
    console = Console()
    with set_stage(root, console) as stage:
        return _play(stage, console)


def run_until_stopped(root: Path) -> int:
    """Run the demonstration and leave Airflow running until Ctrl-C; return as `run_once` does."""
    _stop_on_signals()
    console = Console()
    with set_stage(root, console) as stage:
        code = _play(stage, console)
        screen.show_log_ins(console, stage)
        try:
            while True:
                stage.airflow.check()
                time.sleep(_POLL_SECONDS)
        except KeyboardInterrupt:
            console.print("Stopping …")
        return code


def _play(stage: Stage, console: Console) -> int:
    started = time.monotonic()
    desk = officers.Desk(stage.airflow.api)
    try:
        _wait_for_dag(stage, desk)
        written = datetime.now(ZoneInfo("Asia/Jakarta")).date()
        run_id = desk.api(officers.STAFF).trigger(officers.DAG, officers.letter(stage.sop, written))
        run = (officers.DAG, run_id)
        link = f"{stage.airflow.url}/dags/{officers.DAG}/runs/{run_id}"
        console.print(f"{officers.STAFF} enters the letter: {link}", soft_wrap=True)
        watch = Watch(console, desk, officers.STAFF, run, stage.airflow.check)
        state = watch.follow(stage.sop, _RUN_SECONDS)
        screen.show_failures(console, watch.failures())
        return _verdict(stage, run, state, console, time.monotonic() - started)
    finally:
        desk.close()


def _verdict(stage: Stage, run: tuple[str, str], state: str, console: Console, seconds: float) -> int:
    outcome: Outcome = read_outcome(stage.register_url, run, state, stage.home)
    screen.show_outcome(console, outcome, stage.home, seconds)
    return 1 if outcome.faults else 0


def _wait_for_dag(stage: Stage, desk: officers.Desk) -> None:
    api = desk.api(officers.STAFF)
    limit = time.monotonic() + _READ_SECONDS
    while not api.knows(officers.DAG):
        stage.airflow.check()
        if errors := desk.api(officers.ADMIN).import_errors():
            raise DemoError("Airflow cannot read the DAGs:\n" + "\n".join(errors))
        if time.monotonic() > limit:
            raise DemoError(f"Airflow did not read {officers.DAG} within {_READ_SECONDS:.0f} s; see the logs.")
        time.sleep(_POLL_SECONDS)


def _stop_on_signals() -> None:
    """Let the end of the terminal or of the machine stop the services in order, as Ctrl-C does."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _exit)


def _exit(number: int, _frame: FrameType | None) -> None:
    sys.exit(128 + number)
