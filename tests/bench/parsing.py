"""How long the DAG files take to parse, beyond importing Airflow: `python -m tests.bench.parsing`."""

import json
import statistics
import subprocess
import sys

from tests.conftest import ROOT

ROUNDS = 5
TARGET_SECONDS = 0.3
# A fresh interpreter each time, with all of Airflow that DAG files use imported before the clock starts.
PROGRAM = """
import json, runpy, sys, time
import airflow.sdk
from airflow.sdk import BaseHook, BaseOperator, BaseSensorOperator, Param, TaskGroup, TriggerRule, dag
from airflow.sdk import Asset, AssetOrTimeSchedule, AssetWatcher, CronTriggerTimetable
import airflow.sdk.definitions.callback
import airflow.sdk.definitions.deadline
import airflow.triggers.base
import airflow.providers.standard.operators.hitl
import airflow.providers.standard.triggers.temporal
started, worked = time.perf_counter(), time.process_time()
for path in sys.argv[1:]:
    runpy.run_path(path)
print(json.dumps([time.process_time() - worked, time.perf_counter() - started]))
"""


def main() -> int:
    files = [str(path) for path in sorted((ROOT / "dags").glob("*.py"))]
    times = []
    for _ in range(ROUNDS):
        done = subprocess.run(
            [sys.executable, "-c", PROGRAM, *files],
            capture_output=True,
            text=True,
            check=True,
            env={"PYTHONPATH": str(ROOT / "plugins"), "PATH": "/usr/bin:/bin", "AIRFLOW_HOME": "/nonexistent"},
        )
        times.append(json.loads(done.stdout.splitlines()[-1]))
    # Parsing is one thread's work; on a machine that is shared the clock on the wall measures the others as well.
    median, wall = (statistics.median(column) for column in zip(*times, strict=True))
    print(f"parsing dags/ ({len(files)} files), median of {ROUNDS}:")
    print(f"{median:.3f} s of processor time (target < {TARGET_SECONDS} s), {wall:.3f} s on the wall")
    return 0 if median < TARGET_SECONDS else 1


if __name__ == "__main__":
    sys.exit(main())
