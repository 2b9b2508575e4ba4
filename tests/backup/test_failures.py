"""Ways in which back-ups fail: each ends as an error that says what to do, with nothing left that looks finished."""

import contextlib
import multiprocessing
import os
import resource
import signal
import subprocess
import time
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from cadangan.backup.check import Checker, check_copy
from cadangan.backup.take import find_finished, take_backup
from cadangan.core.naming import parse
from cadangan.errors import CopyFailed, EngineError, NoSpace, SourceFailed, SourceStalled, TargetUnreachable
from cadangan.vault import copies
from tests.backup.builders import (
    OnFirstBytes,
    client,
    connected,
    disturbed,
    enlarge,
    files,
    job_for,
    place,
    silent,
    until,
)
from tests.services.postgres import databases_on, debian_bin_dir, running
from tests.stream.builders import KEY, policy

SPAWN = multiprocessing.get_context("spawn")


def test_a_client_killed_half_way(big_job):
    job, kill = disturbed(big_job, lambda: client().kill())
    with pytest.raises(SourceFailed, match=r"(?s)pg_dump was killed by SIGKILL.*clear the task"):
        take_backup(job, kill)
    assert kill.done
    assert files(big_job) == set()


def test_a_hung_client(big_job):
    # A limit above all that the clients need to start on a busy machine.
    job, hang = disturbed(big_job, lambda: client().suspend())
    with pytest.raises(SourceStalled, match=r"pg_dump gave no byte for 5 s .*clear the task"):
        take_backup(replace(job, policy=policy(progress_every=0.02, idle_timeout=5)), hang)
    assert hang.done
    assert client() is None
    assert files(big_job) == set()


def test_a_backend_that_is_ended_half_way(big_job):
    def end_backend():
        query = (
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE query LIKE 'COPY%%' AND datname = current_database()"
        )
        with connected(big_job.site.target) as connection:
            until(lambda: connection.execute(query).fetchone())

    with pytest.raises(SourceFailed, match=r"(?s)pg_dump ended with exit code 1: .*clear the task"):
        take_backup(*disturbed(big_job, end_backend))
    assert files(big_job) == set()


@pytest.mark.parametrize("bin_dir", [None, debian_bin_dir()])
def test_a_server_that_stops_half_way(tmp_path, bin_dir):
    with running(bin_dir) as server, databases_on(server) as new_database:
        job = job_for(new_database(), tmp_path / "gudang", fill=True, policy=policy(progress_every=0.02))
        enlarge(job.site.target, 40)
        with pytest.raises((SourceFailed, TargetUnreachable)) as caught:
            take_backup(*disturbed(job, lambda: os.kill(server.pid, signal.SIGQUIT)))
        assert str(caught.value)
        assert files(job) == set()
        server.stop()
        server.start()


def test_an_inventory_that_fails_ends_the_dump(big_job, monkeypatch):
    def fail(self, method):
        raise EngineError("tabel tidak terbaca")

    monkeypatch.setattr(big_job.engine.Snapshot, "inventory", fail)
    with pytest.raises(EngineError, match="tabel tidak terbaca"):
        take_backup(big_job, silent)
    assert client() is None
    assert files(big_job) == set()


def test_a_dump_that_fails_does_not_wait_for_a_long_inventory(big_job, monkeypatch):
    def take_long(self, method):
        self._connection.execute("SELECT pg_sleep(300)")

    monkeypatch.setattr(big_job.engine.Snapshot, "inventory", take_long)
    started = time.monotonic()
    with pytest.raises(SourceFailed):
        take_backup(*disturbed(big_job, lambda: client().kill()))
    assert time.monotonic() - started < 100


def test_no_room_is_noticed_before_the_dump(job):
    with pytest.raises(NoSpace, match=r"utama has .* bytes free"):
        take_backup(replace(job, needed_bytes=1 << 60), silent)
    assert not Path(job.places[0].base).exists()


@pytest.fixture
def small_disk(tmp_path):
    """A file system of 8 MB."""
    if os.geteuid() != 0:
        pytest.skip("only root can mount a small file system; the limit on file sizes is tried by the next test")
    folder = tmp_path / "kecil"
    folder.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", folder], check=False).returncode:
        pytest.skip("this root may not mount; the limit on file sizes is tried by the next test")
    yield folder
    subprocess.run(["umount", folder], check=True)


def on_both(big_job, small_disk, tmp_path, **overrides):
    places = (place(tmp_path / "besar", "besar"), place(small_disk, "kecil"))
    return replace(big_job, places=places, needed_bytes=0, **overrides)


def test_a_disk_that_fills_up_leaves_nothing_anywhere_where_both_copies_are_needed(big_job, small_disk, tmp_path):
    job = on_both(big_job, small_disk, tmp_path, min_copies=2)
    with pytest.raises(CopyFailed, match=r"Copy kecil could not be written: .*No space left on device.*Make room"):
        take_backup(job, silent)
    assert files(job, 0) == files(job, 1) == set()


def test_a_disk_that_fills_up_leaves_the_other_copy_good(big_job, small_disk, tmp_path):
    job, lost = on_both(big_job, small_disk, tmp_path), {}
    manifest = take_backup(job, silent, lost.__setitem__)
    assert list(lost) == ["kecil"]
    assert "No space left on device" in str(lost["kecil"])
    assert files(job, 1) == set()
    checks = check_copy(job.places[0], manifest, Checker(job.engine, (), KEY))
    assert not any(check.failed for check in checks)


def test_a_destination_without_room_or_out_of_reach_is_left_out_from_the_start(job, tmp_path):
    (tmp_path / "rusak").write_text("bukan folder")
    job, lost = replace(job, places=(place(tmp_path / "rusak", "rusak"), *job.places)), {}
    manifest = take_backup(job, silent, lost.__setitem__)
    assert list(lost) == ["rusak"]
    assert not any(check.failed for check in check_copy(job.places[1], manifest, Checker(job.engine, (), KEY)))
    told = {}
    assert find_finished(job, told.__setitem__) == manifest
    assert list(told) == ["rusak"]


@contextlib.contextmanager
def file_size_limited_to(size):
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)


def test_a_file_that_may_not_grow_further(big_job):
    """What an ordinary user can try: the limit on the size of files."""
    with file_size_limited_to(4 << 20), pytest.raises(CopyFailed, match=r"File too large.*Make room"):
        take_backup(big_job, silent)
    assert files(big_job) == set()


def kill_yourself_half_way(target, folder, tell):
    def kill_yourself():
        tell.send(client().pid)
        os.kill(os.getpid(), signal.SIGKILL)

    take_backup(*disturbed(job_for(target, folder, policy=policy(progress_every=0.02)), kill_yourself))


def worker_killed_half_way(job):
    """Run the back-up in a process of its own that kills itself half-way, and return its dump client's id."""
    told, tell = SPAWN.Pipe(duplex=False)
    worker = SPAWN.Process(target=kill_yourself_half_way, args=(job.site.target, Path(job.places[0].base), tell))
    worker.start()
    worker.join(120)
    assert worker.exitcode == -signal.SIGKILL
    return told.recv()


def has_ended(pid):
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def test_a_killed_worker_leaves_no_process_and_the_next_try_gives_one_good_backup(big_job):
    pid = worker_killed_half_way(big_job)
    assert any(name.endswith(".part") for name in files(big_job))
    until(lambda: has_ended(pid))
    assert find_finished(big_job) is None

    manifest = take_backup(big_job, silent)

    name = parse(manifest.backup)
    assert files(big_job) == {part.name for part in manifest.artefacts} | {name.manifest()}
    assert not any(check.failed for check in check_copy(big_job.places[0], manifest, Checker(big_job.engine, (), KEY)))


def test_the_next_try_leaves_a_living_dump_of_another_item_alone(big_job):
    other = replace(big_job, item_id=8)
    manifests = []
    take_backup(big_job, OnFirstBytes(lambda: manifests.append(take_backup(other, silent))))
    assert len(copies.finished(big_job.places[0], big_job.asset)) == 2


def test_a_finished_backup_that_was_never_registered_is_found_again(job):
    manifest = take_backup(job, silent)
    assert find_finished(job) == manifest
    assert find_finished(replace(job, item_id=8)) is None
    assert find_finished(replace(job, round=2)) is None
