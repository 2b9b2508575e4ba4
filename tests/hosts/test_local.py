"""hosts.local: programs are watched to their end, whatever the end is."""

import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import psutil
import pytest

from cadangan.errors import HostError
from cadangan.hosts import local
from cadangan.hosts.command import Command


def sh(script, **env):
    """A stand-in for a client program; the shell is the test's, not the package's."""
    return Command(("sh", "-c", script), env)


def alive(pid):
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def gone_within(pid, seconds):
    end = time.monotonic() + seconds
    while alive(pid) and time.monotonic() < end:
        time.sleep(0.02)
    return not alive(pid)


def test_output_exit_code_and_messages_are_kept_apart():
    done = local.run(sh("cat; echo salah >&2; exit 3"), timeout=10, stdin=b"isi")
    assert (done.returncode, done.stdout, done.stderr) == (3, b"isi", "salah")


def test_a_program_killed_by_a_signal_has_a_negative_code():
    assert local.run(sh("kill -9 $$"), timeout=10).returncode == -signal.SIGKILL


def test_a_missing_program_is_named():
    with pytest.raises(HostError, match="/opt/tidak-ada: no such program"), local.start(Command(("/opt/tidak-ada",))):
        pass


def test_a_program_that_takes_too_long_is_ended():
    started = time.monotonic()
    with pytest.raises(HostError, match="did nothing"):
        local.run(sh("sleep 60"), timeout=0.3)
    assert time.monotonic() - started < 5


def test_waiting_has_a_limit():
    with local.start(sh("sleep 60")) as process, pytest.raises(HostError, match="did not end"):
        process.wait(0.1)


def test_four_megabytes_of_messages_do_not_stall_the_output():
    script = "head -c 4000000 /dev/zero | tr '\\0' x >&2; echo akhir >&2; echo selesai"
    with local.start(sh(script)) as process:
        assert process.stdout.read() == b"selesai\n"
        assert process.wait(10) == 0
        tail = process.stderr_tail()
    assert tail.endswith("akhir")
    assert len(tail) <= 64 * 1024


def test_leaving_ends_the_whole_group_even_one_that_ignores_term():
    script = "trap '' TERM; sleep 60 & echo $!; while :; do wait; done"
    with local.start(sh(script)) as process:
        grandchild = int(process.stdout.readline())
        assert alive(grandchild)
        os.kill(process.pid, signal.SIGKILL)
    assert gone_within(grandchild, 5)
    assert not alive(process.pid)


def test_a_consumer_that_stops_reading_early_is_no_error():
    with local.feeding(sh("head -c 3"), timeout=10) as consumer:
        for _ in range(64):
            consumer.write(b"x" * 65536)
        done = consumer.finish()
    assert consumer.refused
    assert (done.returncode, done.stdout) == (0, b"xxx")


def test_a_consumer_that_never_reads_cannot_hang_a_write_for_ever():
    with local.feeding(sh("sleep 60"), timeout=0.3) as consumer, pytest.raises(HostError, match="did nothing"):
        consumer.write(b"x" * (4 << 20))


def test_children_see_none_of_the_workers_environment(monkeypatch):
    monkeypatch.setenv("AIRFLOW_CONN_SERVER", "postgres://admin:rahasia@db/")
    seen = local.run(Command(("env",), {"PGPASSFILE": "/tmp/x"}), timeout=10).stdout.decode()
    assert "rahasia" not in seen
    assert "PGPASSFILE=/tmp/x" in seen
    assert "LC_ALL=C.UTF-8" in seen


def test_what_a_command_adds_to_the_environment_is_not_shown():
    assert "rahasia" not in repr(sh("true", PGPASSWORD="rahasia"))


def test_a_killed_worker_leaves_no_child_that_blocks_without_writing():
    worker = textwrap.dedent(
        """
        from cadangan.hosts import local
        from cadangan.hosts.command import Command
        with local.start(Command(("sleep", "60"))) as process:
            print(process.pid, flush=True)
            process.wait()
        """
    )
    plugins = Path(local.__file__).parents[2]
    with subprocess.Popen(
        [sys.executable, "-c", worker], stdout=subprocess.PIPE, text=True, env=os.environ | {"PYTHONPATH": str(plugins)}
    ) as parent:
        child = int(parent.stdout.readline())
        # The prefix programs replace themselves one after the other; the last is the one that must die.
        while psutil.Process(child).name() != "sleep":
            time.sleep(0.02)
        parent.kill()
    assert gone_within(child, 5)
