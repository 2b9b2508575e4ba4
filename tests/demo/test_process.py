"""Children of the demonstration: logged, watched, and gone with all their descendants."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from cadangan.demo.process import Child, Surroundings, stop
from cadangan.errors import DemoError

NESTED = """
import subprocess, sys, time
stubborn = "import signal, time; signal.signal(15, signal.SIG_IGN); time.sleep(60)"
inner = subprocess.Popen([sys.executable, "-c", stubborn])
print(inner.pid, flush=True)
time.sleep(60)
"""


@pytest.fixture
def surroundings(tmp_path: Path) -> Surroundings:
    return Surroundings(environment=dict(os.environ), directory=tmp_path, logs=tmp_path / "logs")


def python(code: str) -> list[str]:
    return [sys.executable, "-c", code]


def printed_pid(log: Path) -> int:
    limit = time.monotonic() + 20
    while time.monotonic() < limit:
        if text := log.read_text().strip():
            return int(text)
        time.sleep(0.02)
    raise AssertionError(f"nothing in {log}")


def wait_until_gone(pid: int) -> None:
    limit = time.monotonic() + 20
    while psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE:
        assert time.monotonic() < limit, f"process {pid} still runs"
        time.sleep(0.02)


def test_a_bad_end_is_an_error_with_the_end_of_the_log(surroundings: Surroundings) -> None:
    child = Child("failing", python("print('no such table'); raise SystemExit(3)"), surroundings)
    with pytest.raises(DemoError, match=r"failing ended with exit code 3[\s\S]*no such table"):
        child.wait(20)


def test_a_program_that_does_not_end_is_stopped_and_reported(surroundings: Surroundings) -> None:
    child = Child("slow", python("import time; time.sleep(60)"), surroundings)
    with pytest.raises(DemoError, match="did not end within"):
        child.wait(0.2)
    assert child.family() == []


def test_standard_input_reaches_the_program(surroundings: Surroundings) -> None:
    child = Child("reader", python("import sys; print(sys.stdin.read()[::-1])"), surroundings, b"rahasia")
    child.wait(20)
    assert child.tail().strip() == "aisahar"


def test_stop_ends_descendants_that_ignore_the_first_signal(surroundings: Surroundings) -> None:
    child = Child("nested", python(NESTED), surroundings)
    inner = printed_pid(child.log)
    stop([child], grace=0.5)
    assert child.family() == []
    wait_until_gone(inner)


def test_children_end_when_their_parent_is_killed(tmp_path: Path) -> None:
    parent = subprocess.Popen(
        python(
            "import os, pathlib, sys, time\n"
            "from cadangan.demo.process import Child, Surroundings\n"
            f"here = pathlib.Path({str(tmp_path)!r})\n"
            "Child('c', [sys.executable, '-c', 'import os, time; print(os.getpid(), flush=True); time.sleep(60)'],"
            " Surroundings(dict(os.environ), here, here))\n"
            "time.sleep(60)\n"
        ),
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    log = tmp_path / "c.log"
    limit = time.monotonic() + 20
    while not log.exists():
        assert time.monotonic() < limit
        time.sleep(0.02)
    pid = printed_pid(log)
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    wait_until_gone(pid)
