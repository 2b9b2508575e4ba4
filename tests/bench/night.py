"""A night of 1,000 assets in 20 policies, planned by one scheduler: `python -m tests.bench.night`.

All 20 policies start at once. Each run takes its number, checks the standing approval, freezes the plan of its assets,
and splits into three tasks an asset. The pools of the servers have no slot, so that no dump runs: what is measured is
how long Airflow takes until every dump of the night waits for nothing but its server.
"""

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

import yaml

from cadangan.config.coverage import pool_of
from cadangan.demo.airflow import airflow
from cadangan.demo.stage import Stage
from tests.bench.scheduling import ASSETS, POLICIES, SERVERS, policies, registered
from tests.e2e import office
from tests.services.airflow import running_stage

# A night has hours; this is what a data centre's staff would wait without asking what is wrong.
TARGET_SECONDS = 600
DAGS = [f"scheduled_backup__kebijakan-{n}" for n in range(POLICIES)]
ALL_RUNS = "/api/v2/dags/~/dagRuns/~/taskInstances"


def write_night(stage: Stage) -> None:
    """Put the assets and policies of the night into the configuration, and make their pools without a slot."""
    _write(stage.home.config / "assets.yaml", lambda _: registered())
    _write(stage.home.config / "policies.yaml", lambda data: data | {"policies": policies()["policies"]})
    pools = {pool_of(f"srv-{n}"): {"slots": 0, "description": "", "include_deferred": False} for n in range(SERVERS)}
    file = stage.home.airflow / "pools.json"
    file.write_text(json.dumps(pools), encoding="utf-8")
    stage.airflow.run("pools", airflow("pools", "import", str(file)))


def _write(path: Path, change: Callable[[dict], dict]) -> None:
    path.write_text(yaml.safe_dump(change(yaml.safe_load(path.read_text(encoding="utf-8")))), encoding="utf-8")


def waiting_dumps(stage: Stage) -> int:
    """Return how many dumps wait for a slot."""
    query = f"{ALL_RUNS}?state=scheduled&task_display_name_pattern=Dump&limit=1"
    return int(office.call(stage, "GET", query)["total_entries"])


def main() -> int:
    with running_stage() as stage:
        write_night(stage)
        client = office.api(stage, "admin")
        while not all(client.knows(dag) for dag in DAGS):
            time.sleep(1)
        began = time.monotonic()
        runs = [(dag, client.trigger(dag, {})) for dag in DAGS]
        while (waiting := waiting_dumps(stage)) < ASSETS and time.monotonic() - began < 3 * TARGET_SECONDS:
            stage.airflow.check()
            print(f"{time.monotonic() - began:4.0f} s: {waiting} of {ASSETS} dumps wait for their server", flush=True)
            time.sleep(5)
        seconds = time.monotonic() - began
        states = {client.run_state(*run) for run in runs}
    print(
        f"{waiting} dumps of {POLICIES} policies planned in {seconds:.0f} s (target {TARGET_SECONDS}); runs: {states}"
    )
    return 0 if waiting == ASSETS and seconds <= TARGET_SECONDS and states == {"running"} else 1


if __name__ == "__main__":
    sys.exit(main())
