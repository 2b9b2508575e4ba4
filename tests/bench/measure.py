"""Run cases in turn, shuffled, each in a process of its own, and compare them by ratio."""

import os
import random
import statistics
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import psutil

Case = Callable[[], None]
_SAMPLE_SECONDS = 0.1
_SETTLE_SECONDS = 0.2


@dataclass(frozen=True)
class Run:
    """One run of a case: seconds on the wall, CPU seconds of its processes and of the server's, peak memory in MB.

    :param memory: of the whole process tree, pages shared between its processes counted once (PSS).
    """

    wall: float
    client: float
    server: float
    memory: float

    @property
    def cpu(self) -> float:
        """CPU seconds of clients and server together."""
        return self.client + self.server


class ServerClock:
    """CPU seconds that a PostgreSQL server's processes have used: the postmaster reaps its backends' times."""

    def __init__(self, postmaster: int) -> None:
        self._process = psutil.Process(postmaster)

    def read(self) -> float:
        """Return user and system time of the postmaster and of all backends that ended."""
        times = self._process.cpu_times()
        return times.user + times.system + times.children_user + times.children_system


def run_case(case: Case, server: ServerClock) -> Run:
    """Fork, run `case` in the child and measure it; raise RuntimeError when it fails."""
    before = server.read()
    started = time.monotonic()
    pid = os.fork()
    if pid == 0:
        _child(case)
    peak = _Peak(pid)
    _, status, usage = os.wait4(pid, 0)
    wall = time.monotonic() - started
    peak.stop()
    if status:
        raise RuntimeError(f"a case ended with status {status}")
    time.sleep(_SETTLE_SECONDS)  # the backend ends a moment after its client
    return Run(wall, usage.ru_utime + usage.ru_stime, server.read() - before, peak.megabytes)


def _child(case: Case) -> None:
    code = 1
    try:
        case()
        code = 0
    finally:
        os._exit(code)


class _Peak:
    def __init__(self, pid: int) -> None:
        self.megabytes = 0.0
        self._pid = pid
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch)
        self._thread.start()

    def _watch(self) -> None:
        while not self._ended.wait(_SAMPLE_SECONDS):
            self.megabytes = max(self.megabytes, tree_memory(self._pid))

    def stop(self) -> None:
        self._ended.set()
        self._thread.join()


def tree_memory(pid: int) -> float:
    """Return the proportional memory of a process and its descendants in MB; those that just ended count nothing."""
    try:
        root = psutil.Process(pid)
        tree = [root, *root.children(recursive=True)]
    except psutil.NoSuchProcess:
        return 0.0
    return sum(_memory(process) for process in tree) / 1e6


def _memory(process: psutil.Process) -> float:
    try:
        return float(process.memory_full_info().pss)
    except psutil.Error:
        return 0.0


def compare(cases: Mapping[str, Case], server: ServerClock, rounds: int) -> dict[str, list[Run]]:
    """Run every case `rounds` times, in a new order each round."""
    runs: dict[str, list[Run]] = {name: [] for name in cases}
    names = list(cases)
    for _ in range(rounds):
        random.shuffle(names)
        for name in names:
            runs[name].append(run_case(cases[name], server))
    return runs


def median(runs: list[Run], figure: str) -> float:
    """Return the median of one figure of a case's runs."""
    return statistics.median(getattr(run, figure) for run in runs)


def table(runs: Mapping[str, list[Run]], reference: str) -> str:
    """Return the medians as text, each beside its ratio to the reference case."""
    wall, cpu = median(runs[reference], "wall"), median(runs[reference], "cpu")
    lines = [f"{'case':28} {'wall s':>8} {'ratio':>6} {'CPU s':>8} {'ratio':>6} {'server':>7} {'MB':>6}"]
    for name, of_case in runs.items():
        figures = {key: median(of_case, key) for key in ("wall", "cpu", "server", "memory")}
        lines.append(
            f"{name:28} {figures['wall']:8.2f} {figures['wall'] / wall:6.2f} {figures['cpu']:8.2f} "
            f"{figures['cpu'] / cpu:6.2f} {figures['server']:7.2f} {figures['memory']:6.0f}"
        )
    return "\n".join(lines)
