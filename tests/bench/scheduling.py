"""Parsing the DAGs of 1,000 assets in 20 policies, beyond importing Airflow: `python -m tests.bench.scheduling`."""

import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import yaml

from tests.config import contents
from tests.conftest import ROOT

ASSETS, POLICIES, SERVERS, ROUNDS = 1_000, 20, 100, 5
TARGET_SECONDS = 1.0
# A fresh interpreter each time, with all of Airflow that DAG files use imported before the clock starts.
PROGRAM = """
import json, runpy, sys, time
import airflow.sdk
from airflow.sdk import BaseOperator, MultipleCronTriggerTimetable, TaskGroup, TriggerRule, dag
import airflow.providers.standard.operators.hitl
import airflow.providers.standard.triggers.temporal
started, worked = time.perf_counter(), time.process_time()
for path in sys.argv[1:]:
    found = runpy.run_path(path)
print(json.dumps([time.process_time() - worked, time.perf_counter() - started]))
"""


def registered() -> dict[str, Any]:
    each = ASSETS // SERVERS
    servers = [
        contents.server(
            name=f"srv-{s}",
            conn_id=f"pg_{s}",
            assets=[
                contents.asset(name=f"aset-{n}", database=f"db_{n}", tags=[f"kelompok-{s % POLICIES}"])
                for n in range(s * each, (s + 1) * each)
            ],
        )
        for s in range(SERVERS)
    ]
    return contents.assets(servers=servers)


def policies() -> dict[str, Any]:
    every = [
        contents.policy(
            name=f"kebijakan-{n}",
            limits={"parallel_per_server": 2},
            schedule=contents.schedule(cron=[f"{n} 22 * * *"], select={"tags": [f"kelompok-{n}"]}),
        )
        for n in range(POLICIES)
    ]
    return contents.policies(policies=[contents.policy(schedule=None), *every])


def main() -> int:
    times = []
    with tempfile.TemporaryDirectory() as folder:
        for name, content in (("assets", registered()), ("policies", policies()), ("sop", contents.sop())):
            (Path(folder) / f"{name}.yaml").write_text(yaml.safe_dump(content))
        environment = os.environ | {
            "PYTHONPATH": str(ROOT / "plugins"),
            "AIRFLOW_HOME": folder,
            "CADANGAN_CONFIG": folder,
        }
        argv = [sys.executable, "-c", PROGRAM, str(ROOT / "dags" / "scheduled_backup.py")]
        for _ in range(ROUNDS):
            done = subprocess.run(argv, capture_output=True, text=True, check=True, env=environment)
            times.append(json.loads(done.stdout.splitlines()[-1]))
    # Parsing is one thread's work; on a machine that is shared the clock on the wall measures the others as well.
    median, wall = (statistics.median(column) for column in zip(*times, strict=True))
    print(f"{ASSETS} assets on {SERVERS} servers in {POLICIES} policies, median of {ROUNDS}:")
    print(f"{median:.3f} s of processor time (target < {TARGET_SECONDS} s), {wall:.3f} s on the wall")
    return 0 if median < TARGET_SECONDS else 1


if __name__ == "__main__":
    sys.exit(main())
