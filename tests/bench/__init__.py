"""Benchmarks, run by hand: `python -m tests.bench.backup`. They find the package as Airflow does."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "plugins"))
