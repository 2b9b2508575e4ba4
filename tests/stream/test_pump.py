"""stream.pump: one pass from a program to its copies, and no way to lose a failure."""

import errno
import hashlib
import os
import shutil
import signal
import subprocess
import threading
import time

import psutil
import pytest

from cadangan.errors import CopyFailed, SourceFailed, SourceStalled, StreamError
from cadangan.hosts import local
from cadangan.hosts.command import Command
from cadangan.stream.pump import pump
from cadangan.stream.seal import Source
from tests.stream.builders import IDENTITY, MemoryCopy, opened, policy, sh


def carry(command, *copies, predicted=0, on_progress=lambda progress: None, needed=1, **overrides):
    with local.start(command) as process:
        return pump(Source(process), copies, policy(**overrides), predicted, on_progress, needed)


def test_every_copy_holds_the_same_sealed_bytes_and_the_digest_is_theirs():
    first, second = MemoryCopy("utama"), MemoryCopy("kedua")
    streamed = carry(sh("seq 1 300000"), first, second)
    raw = b"".join(b"%d\n" % number for number in range(1, 300001))
    assert opened(first.content) == raw
    assert first.content == second.content
    assert (streamed.raw_bytes, streamed.stored_bytes) == (len(raw), len(first.content))
    assert streamed.sha256 == first.sha256()
    assert streamed.raw_sha256 == hashlib.sha256(raw).hexdigest()
    assert first.closed
    assert second.closed


@pytest.mark.skipif(not shutil.which("age") or not shutil.which("zstd"), reason="needs the programs age and zstd")
def test_the_standard_programs_undo_it_by_hand(tmp_path):
    copy = MemoryCopy()
    carry(sh("seq 1 100000"), copy, threads=0)
    (tmp_path / "kunci").write_text(str(IDENTITY))
    (tmp_path / "isi.zst.age").write_bytes(copy.content)
    with subprocess.Popen(
        ["age", "-d", "-i", tmp_path / "kunci", tmp_path / "isi.zst.age"], stdout=subprocess.PIPE
    ) as age:
        raw = subprocess.run(["zstd", "-d"], stdin=age.stdout, capture_output=True, check=True).stdout
    assert age.returncode == 0
    assert raw.endswith(b"99999\n100000\n")


@pytest.mark.parametrize(
    ("script", "says"),
    [
        ("seq 1 100000; echo 'server closed the connection' >&2; exit 1", "exit code 1: server closed the connection"),
        ("seq 1 100000; kill -9 $$", "killed by SIGKILL"),
        ("seq 1 100000; exec >&-; sleep 0.3; exit 7", "exit code 7"),
        ("exit 0", "wrote nothing"),
    ],
)
def test_a_program_that_ends_badly_fails_the_dump_whatever_it_wrote(script, says):
    copy = MemoryCopy()
    with pytest.raises(SourceFailed, match=says):
        carry(sh(script), copy)
    assert not copy.closed
    with pytest.raises(StreamError):
        opened(copy.content)


def test_a_client_killed_half_way_fails_the_dump():
    killed = []

    def kill_on_first(progress):
        if not killed:
            killed.append(progress)
            os.killpg(process.pid, signal.SIGKILL)

    with local.start(sh("while :; do seq 1 10000; done")) as process, pytest.raises(SourceFailed, match="SIGKILL"):
        pump(Source(process), [MemoryCopy()], policy(progress_every=0.05), 0, kill_on_first)
    assert killed[0].raw_bytes > 0


@pytest.mark.parametrize(("failing", "act"), [("write", "written"), ("close", "closed")])
def test_a_copy_that_fails_names_itself_and_fails_the_dump_where_it_is_needed(failing, act):
    with pytest.raises(CopyFailed, match=f"Copy kedua could not be {act}: .*Input/output error"):
        carry(sh("seq 1 100000"), MemoryCopy("utama"), MemoryCopy("kedua", failing=failing), needed=2)


@pytest.mark.parametrize(("failing", "act"), [("write", "written"), ("close", "closed")])
def test_a_copy_that_fails_leaves_the_others_good(failing, act):
    good = MemoryCopy("utama")
    streamed = carry(sh("seq 1 3000000"), MemoryCopy("kedua", failing=failing), good)
    assert (good.closed, good.sha256()) == (True, streamed.sha256)
    assert opened(good.content).endswith(b"\n3000000\n")
    (fault,) = streamed.lost
    assert fault.destination == "kedua"
    assert f"could not be {act}" in str(fault)


def test_a_copy_that_takes_nothing_is_left_behind_after_the_idle_limit():
    release = threading.Event()

    class Blocked(MemoryCopy):
        def write(self, data):
            release.wait(30)

    good = MemoryCopy()
    started = time.monotonic()
    streamed = carry(Command(("head", "-c", "60000000", "/dev/urandom")), Blocked("lambat"), good, idle_timeout=1)
    release.set()
    assert [fault.destination for fault in streamed.lost] == ["lambat"]
    assert "took no byte for 1 s" in str(streamed.lost[0])
    assert (good.closed, good.sha256()) == (True, streamed.sha256)
    assert time.monotonic() - started < 15


def test_a_slow_copy_paces_the_others_so_that_memory_stays_bounded():
    given = []

    class Slow(MemoryCopy):
        def write(self, data):
            time.sleep(0.02)
            super().write(data)
            given.append(len(quick.content) - len(self.content))

    quick = MemoryCopy("cepat")
    streamed = carry(Command(("head", "-c", "60000000", "/dev/urandom")), Slow("lambat"), quick)
    assert streamed.lost == ()
    assert max(given) < 20_000_000


def test_a_full_disk_says_to_make_room():
    full = MemoryCopy(failing="write", error=OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)))
    with pytest.raises(CopyFailed, match=r"No space left on device.*Make room there"):
        carry(sh("seq 1 100000"), full)


def test_a_read_error_fails_the_dump():
    with local.start(sh("sleep 60")) as process:
        process.stdout.close()
        with pytest.raises(SourceFailed, match="cannot be read"):
            pump(Source(process), [MemoryCopy()], policy(), 0, lambda progress: None)


@pytest.mark.parametrize("script", ["seq 1 1000; sleep 60", "seq 1 1000; exec >&-; sleep 60"])
def test_a_hung_client_is_ended_after_the_idle_limit(script):
    started = time.monotonic()
    with pytest.raises(SourceStalled, match="no byte for 1 s"):
        carry(sh(script), MemoryCopy(), idle_timeout=1)
    assert time.monotonic() - started < 8


def test_a_slow_client_that_still_writes_is_left_alone():
    copy = MemoryCopy()
    carry(sh("for i in 1 2 3 4; do echo $i; sleep 0.7; done"), copy, idle_timeout=2)
    assert opened(copy.content) == b"1\n2\n3\n4\n"


def test_a_copy_that_takes_nothing_is_named_after_the_idle_limit():
    release = threading.Event()

    class Blocked(MemoryCopy):
        def write(self, data):
            release.wait(30)

    with pytest.raises(CopyFailed, match="Copy lambat took no byte for 1 s"):
        carry(sh("seq 1 1000000"), Blocked("lambat"), idle_timeout=1)
    release.set()


def test_progress_tells_bytes_rate_and_share():
    reports = []
    script = "for i in 1 2 3; do head -c 1000000 /dev/urandom; sleep 0.2; done"
    carry(sh(script), MemoryCopy(), predicted=6_000_000, on_progress=reports.append, progress_every=0.1)
    sizes = [report.raw_bytes for report in reports]
    assert sizes == sorted(sizes)
    assert len(reports) >= 3
    assert reports[-1].raw_bytes == 3_000_000
    assert reports[-1].share == pytest.approx(0.5)
    assert max(report.rate for report in reports) > 0


def test_an_unknown_size_has_no_share():
    reports = []
    carry(sh("echo x"), MemoryCopy(), on_progress=reports.append)
    assert [report.share for report in reports] == [None]


def test_an_exception_from_the_caller_ends_the_program():
    def give_up(progress):
        raise KeyboardInterrupt

    with local.start(sh("while :; do seq 1 1000; done")) as process, pytest.raises(KeyboardInterrupt):
        pump(Source(process), [MemoryCopy()], policy(progress_every=0.05), 0, give_up)
    assert not psutil.pid_exists(process.pid)


def test_memory_does_not_grow_with_the_dump():
    class Counting(MemoryCopy):
        def write(self, data):
            pass

    peaks = []
    for megabytes in (50, 400):
        carry(Command(("head", "-c", str(megabytes << 20), "/dev/urandom")), Counting())
        peaks.append(psutil.Process().memory_info().rss)
    assert peaks[1] - peaks[0] < 60 << 20


class Doubter:
    """A watcher that is not content with what it saw."""

    def write(self, data):
        pass

    def end(self):
        raise SourceFailed("its dump is not whole")


def test_what_a_watcher_says_at_the_end_is_the_failure_itself():
    copy = MemoryCopy()
    with local.start(sh("seq 1 1000")) as process, pytest.raises(SourceFailed, match=r"^its dump is not whole$"):
        pump(Source(process, watcher=Doubter()), [copy], policy(), 0, lambda progress: None)
    assert not copy.closed


def test_a_bandwidth_is_held_and_does_not_count_as_a_stall():
    started = time.monotonic()
    streamed = carry(sh("head -c 3000000 /dev/urandom"), MemoryCopy(), bandwidth=1.5, idle_timeout=1)
    assert time.monotonic() - started > streamed.stored_bytes / 1.5e6 * 0.9


def test_a_dump_that_is_held_to_a_bandwidth_is_given_up_at_once():
    def stop(progress):
        raise StreamError("genug")

    started = time.monotonic()
    with pytest.raises(StreamError, match="genug"):
        carry(sh("head -c 3000000 /dev/urandom"), MemoryCopy(), bandwidth=0.05, progress_every=0.3, on_progress=stop)
    assert time.monotonic() - started < 3
