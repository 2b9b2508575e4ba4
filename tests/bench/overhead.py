"""What the SOP's tasks cost beyond dump, check and rehearsal: `python -m tests.bench.overhead`.

A request of one item, its gates answered as soon as they ask, against an equally long chain of empty tasks in the
same Airflow: as many task executions one after the other as the request's longest path has (a gate runs twice).
"""

import statistics
import sys
import time
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cadangan.demo.flavours import Options, SimpleFlavour
from tests.conftest import ROOT
from tests.e2e import office
from tests.e2e.office import Letter
from tests.services.airflow import running_stage

ROUNDS = 9
TARGET = 1.3
# accept inspect gate×2 disposition draft gate×2 freeze window report gate×2 conclude deliver finish
LONGEST_PATH = 16
WORK = ("execute.item.dump", "execute.item.checksum", "execute.item.rehearse")
CHAIN = f'''"""Airflow DAG: as many empty tasks as a request's longest path has."""
from airflow.sdk import chain, dag, task

@dag(schedule=None)
def empty_chain():
    @task
    def nothing():
        pass
    chain(*[nothing.override(task_id=f"t{{n}}")() for n in range({LONGEST_PATH})])

empty_chain()
'''


@dataclass(frozen=True)
class BenchFlavour(SimpleFlavour):
    """The SimpleAuthManager, with the chain beside the project's DAGs."""

    def options(self, home: Path) -> Options:
        dags = home / "dags"
        dags.mkdir(exist_ok=True)
        (dags / "empty_chain.py").write_text(CHAIN, encoding="utf-8")
        for path in (ROOT / "dags").glob("*.py"):
            (dags / path.name).write_text(path.read_text(encoding="utf-8"), encoding="utf-8")
        options = super().options(home)
        options["core"]["dags_folder"] = str(dags)
        return options


def seconds_of_chain(stage) -> float:
    client = office.api(stage, "admin")
    while not client.knows("empty_chain"):
        time.sleep(0.5)
    run = ("empty_chain", client.trigger("empty_chain", {}))
    while client.run_state(*run) in office.RUNNING:
        time.sleep(0.2)
    return seconds_of(stage, run)


def seconds_of_request(stage) -> float:
    """Return the time of a request less its work, and the time for which its gates waited for an answer."""
    letter = Letter(stage).verify().plan().confirm()
    assert letter.end() == "success", letter.states()
    client = office.api(stage, "admin")
    work = sum(task.duration or 0 for task in client.tasks(*letter.run) if task.task_id in WORK)
    gates = office.call(stage, "GET", f"{_path(letter.run)}/hitlDetails")["hitl_details"]
    return seconds_of(stage, letter.run) - work - sum(_between(gate, "created_at", "responded_at") for gate in gates)


def seconds_of(stage, run: tuple[str, str]) -> float:
    """Return how long a run took, by Airflow's own clock."""
    return _between(office.call(stage, "GET", _path(run)), "start_date", "end_date")


def _path(run: tuple[str, str]) -> str:
    return f"/api/v2/dags/{run[0]}/dagRuns/{run[1]}"


def _between(record: dict[str, str], start: str, end: str) -> float:
    return (datetime.fromisoformat(record[end]) - datetime.fromisoformat(record[start])).total_seconds()


def main() -> int:
    with running_stage(BenchFlavour) as stage:
        seconds_of_chain(stage)
        seconds_of_request(stage)
        pairs = [(seconds_of_chain(stage), seconds_of_request(stage)) for _ in range(ROUNDS)]
    chain, request = (statistics.median(values) for values in zip(*pairs, strict=True))
    ratio = statistics.median(ours / empty for empty, ours in pairs)
    # Now and then Airflow takes seconds to start a task; the fastest runs are those without.
    fastest_chain, fastest = (min(values) for values in zip(*pairs, strict=True))
    print(f"chain of {LONGEST_PATH} empty tasks: {chain:.1f} s, {chain / LONGEST_PATH:.2f} s a task")
    print(f"request beyond dump, check and rehearsal: {request:.1f} s, {request / LONGEST_PATH:.2f} s a task execution")
    print("pairs, chain and request: " + ", ".join(f"{empty:.1f} {ours:.1f}" for empty, ours in pairs))
    print(f"fastest request ÷ fastest chain {fastest / fastest_chain:.2f} ({fastest:.1f} s, {fastest_chain:.1f} s)")
    print(f"ratio {ratio:.2f}, median of {ROUNDS} (target {TARGET})")
    return 0 if ratio <= TARGET else 1


if __name__ == "__main__":
    sys.exit(main())
