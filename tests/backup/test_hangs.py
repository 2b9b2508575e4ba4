"""What hangs without an error: a frozen server, a destination that no longer answers. Each ends after its limit."""

import contextlib
import os
import time
from dataclasses import replace

import psutil
import pytest
from fsspec.implementations.local import LocalFileSystem

from cadangan.backup import take
from cadangan.backup.take import take_backup
from cadangan.errors import CopyFailed, SourceStalled, TargetUnreachable
from cadangan.vault import draft
from tests.backup.builders import client, connected, disturbed, enlarge, files, job_for, place, silent
from tests.services.postgres import databases_on, running
from tests.stream.builders import policy

# Above all that an honest step takes on a busy machine, and what each of these tests has to wait for.
LIMIT = 5


@contextlib.contextmanager
def thawed_afterwards(pid):
    """Let whatever of the server `pid` is frozen in the block go on after it."""
    try:
        yield
    finally:
        for process in reversed(family(pid)):
            process.resume()


def family(pid):
    return [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]


class Acting(LocalFileSystem):
    """Local folders; `act` is called with the path of every file right before it is opened for writing."""

    cachable = False

    def __init__(self, act):
        super().__init__()
        self._act = act

    def open(self, path, mode="rb", **options):
        if "w" in mode:
            self._act(path)
        return super().open(path, mode, **options)


@pytest.fixture(autouse=True)
def no_second_wait(monkeypatch):
    """What hangs is not waited for once more when it is cleared away."""
    monkeypatch.setattr(take, "_CANCEL_SECONDS", 1)
    monkeypatch.setattr(draft, "_WITHDRAW_SECONDS", 0.5)


@pytest.fixture
def server():
    """A server that may be frozen."""
    with running() as server, thawed_afterwards(server.pid):
        yield server


@pytest.fixture
def frozen_job(server, tmp_path):
    """A job on that server with a short limit, whose dump takes long enough to be disturbed."""
    with databases_on(server) as new, thawed_afterwards(server.pid):
        quick = policy(progress_every=0.02, idle_timeout=LIMIT)
        job = job_for(new(), tmp_path / "gudang", fill=True, policy=quick)
        enlarge(job.site.target, 40)
        yield job


def test_a_server_that_freezes_during_the_dump(frozen_job, server):
    job, freeze = disturbed(frozen_job, lambda: [process.suspend() for process in family(server.pid)])
    started = time.monotonic()
    with pytest.raises(SourceStalled, match=rf"pg_dump gave no byte for {LIMIT} s .*clear the task"):
        take_backup(job, freeze)
    assert freeze.done
    assert time.monotonic() - started < LIMIT + 40
    assert files(frozen_job) == set()


def test_a_server_process_that_freezes_over_the_inventory(frozen_job):
    frozen = []

    def freeze_the_snapshots_process(path):
        if ".globals." in path:
            with connected(frozen_job.site.target) as connection:
                (pid,) = connection.execute(
                    "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND state = "
                    "'idle in transaction'"
                ).fetchone()
            frozen.append(psutil.Process(pid))
            frozen[0].suspend()

    job = replace(frozen_job, places=(replace(frozen_job.places[0], fs=Acting(freeze_the_snapshots_process)),))
    with pytest.raises(TargetUnreachable, match=r"inventory of .* did not end within \d+ s .*clear the task"):
        take_backup(job, silent)
    assert frozen
    assert files(job) == set()


class Clogged(LocalFileSystem):
    """A folder in which every dump is a FIFO that nobody reads, and that for `opened` at least somebody has opened."""

    cachable = False

    def __init__(self, opened):
        super().__init__()
        self._opened = opened
        self._readers = []
        self._path = ""

    def open(self, path, mode="rb", **options):
        if ".dump." in path and "w" in mode:
            self._path = path
            os.mkfifo(path)
            if self._opened:
                self._read()
        return super().open(path, mode, **options)

    def _read(self):
        self._readers.append(os.open(self._path, os.O_RDONLY | os.O_NONBLOCK))

    def clear(self):
        """Let whoever waits there go on, to an error."""
        if not self._opened:
            self._read()
        for reader in self._readers:
            os.close(reader)


@pytest.fixture(params=[True, False], ids=["takes-no-byte", "does-not-open"])
def clogged_job(request, big_job, tmp_path):
    """A job with two destinations, of which the second hangs."""
    clogged = Clogged(opened=request.param)
    good, bad = place(tmp_path / "baik", "baik"), place(tmp_path / "macet", "macet")
    places = (good, replace(bad, fs=clogged, patience=LIMIT))
    yield replace(big_job, places=places, policy=policy(idle_timeout=LIMIT))
    clogged.clear()


def test_a_destination_that_hangs_leaves_the_other_copy_good(clogged_job):
    lost = {}
    manifest = take_backup(clogged_job, silent, lost.__setitem__)
    assert list(lost) == ["macet"]
    assert files(clogged_job, 0) == {part.name for part in manifest.artefacts} | {f"{manifest.backup}.manifest.json"}
    assert all(name.endswith(".part") for name in files(clogged_job, 1))


def test_a_destination_that_hangs_fails_the_dump_where_it_is_needed(clogged_job):
    clogged_job = replace(clogged_job, min_copies=2)
    says = rf"Copy macet.*(took no byte for|could not be opened: no answer within) {LIMIT} s.*clear the task"
    with pytest.raises(CopyFailed, match=says):
        take_backup(clogged_job, silent)
    assert client() is None
    assert files(clogged_job, 0) == set()
    assert all(name.endswith(".part") for name in files(clogged_job, 1))
