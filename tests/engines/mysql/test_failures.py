"""Ways in which a back-up of a MariaDB server fails: each says what to do and leaves nothing that looks finished."""

import os
import signal
import time

import pytest

from cadangan.backup import take
from cadangan.backup.take import take_backup
from cadangan.engines.mysql import snapshot, whole
from cadangan.errors import ClientMissing, SourceFailed, SourceStalled, TargetUnreachable
from cadangan.hosts.command import Command
from tests.backup.builders import client, disturbed, silent, until
from tests.backup.test_secrets import children_as_ps_shows_them
from tests.engines.mysql.builders import enlarge, fill, mysql_job
from tests.services.mariadb import databases_on, run, running
from tests.stream.builders import policy

LIMIT = 5


@pytest.fixture
def big_job(new_database, tmp_path):
    """A job whose dump takes long enough to be disturbed."""
    target = fill(new_database())
    enlarge(target, 40)
    return mysql_job(target, tmp_path, policy=policy(progress_every=0.02))


def files(job):
    return job.places[0].files(job.asset)


def test_a_client_killed_half_way(big_job):
    job, kill = disturbed(big_job, lambda: client("mariadb-dump").kill())
    with pytest.raises(SourceFailed, match=r"(?s)mariadb-dump was killed by SIGKILL.*clear the task"):
        take_backup(job, kill)
    assert kill.done
    assert files(big_job) == set()


def test_a_session_of_the_client_that_is_ended_half_way(big_job):
    def sessions():
        found = run(big_job.site.target, "SHOW FULL PROCESSLIST")
        return [each["Id"] for each in found if "FROM `besar`" in str(each["Info"]) and "NO_CACHE" in str(each["Info"])]

    def end_session():
        run(big_job.site.target, f"KILL {until(sessions)[0]}")

    with pytest.raises(SourceFailed, match=r"(?s)mariadb-dump ended with exit code \d+: .*clear the task"):
        take_backup(*disturbed(big_job, end_session))
    assert files(big_job) == set()


def test_a_server_that_stops_half_way(tmp_path):
    with running() as server, databases_on(server) as new_database:
        target = fill(new_database())
        enlarge(target, 40)
        job = mysql_job(target, tmp_path, policy=policy(progress_every=0.02))
        with pytest.raises((SourceFailed, TargetUnreachable)):
            take_backup(*disturbed(job, lambda: server.stop(signal.SIGKILL)))
        assert files(job) == set()
        server.start()


def test_a_server_that_freezes_half_way(tmp_path, monkeypatch):
    monkeypatch.setattr(take, "_CANCEL_SECONDS", 1)
    monkeypatch.setattr(snapshot, "_CANCEL_SECONDS", 1)
    with running() as server, databases_on(server) as new_database:
        target = fill(new_database())
        enlarge(target, 40)
        job = mysql_job(target, tmp_path, policy=policy(progress_every=0.02, idle_timeout=LIMIT))
        started = time.monotonic()
        try:
            with pytest.raises((SourceStalled, TargetUnreachable), match=rf"(no byte for|within) {LIMIT} s"):
                take_backup(*disturbed(job, lambda: os.kill(server.pid, signal.SIGSTOP)))
        finally:
            os.kill(server.pid, signal.SIGCONT)
        assert time.monotonic() - started < LIMIT + 40
        assert files(job) == set()


def test_a_server_that_is_frozen_before_the_dump(tmp_path, monkeypatch):
    monkeypatch.setattr(snapshot, "_FREEZER_SECONDS", LIMIT)
    with running() as server, databases_on(server) as new_database:
        target = fill(new_database())
        job = mysql_job(target, tmp_path)
        os.kill(server.pid, signal.SIGSTOP)
        try:
            with pytest.raises(TargetUnreachable):
                take_backup(job, silent)
        finally:
            os.kill(server.pid, signal.SIGCONT)


def test_a_client_that_cannot_begin_lets_writes_go_on_at_once(big_job, monkeypatch):
    monkeypatch.setattr(whole, "dump_command", lambda *_: Command(("false",)))
    started = time.monotonic()
    with pytest.raises(SourceFailed, match="false ended with exit code 1"):
        take_backup(big_job, silent)
    run(big_job.site.target, "INSERT INTO aria VALUES (7)")
    assert time.monotonic() - started < 8


def cutting(program, at):
    """A client that ends well although its output is cut short."""
    return lambda *arguments: Command(("bash", "-c", f'"$@" | {program} {at}; true', "x", *DUMP(*arguments).argv))


DUMP = whole.dump_command


def test_a_dump_that_is_cut_short_although_its_client_says_that_all_is_well(big_job, monkeypatch):
    monkeypatch.setattr(whole, "dump_command", cutting("head --bytes", "20M"))
    with pytest.raises(SourceFailed, match=r"not whole: .*the last line, -- Dump completed, is not there"):
        take_backup(big_job, silent)
    assert files(big_job) == set()


@pytest.mark.parametrize(
    ("without", "says"),
    [
        ("--routines", r"no function ganda; no procedure bersihkan"),
        ("--events", r"no event malam"),
        ("--triggers", r"0 of 2 triggers \(ubah saja, catat\)|0 of 2 triggers \(catat, ubah saja\)"),
    ],
)
def test_what_the_client_leaves_out_without_a_word_is_named(new_database, tmp_path, monkeypatch, without, says):
    def forgetful(*arguments):
        argv = DUMP(*arguments).argv
        at = argv.index(without)
        return Command((*argv[:at], f"--skip-{without.removeprefix('--')}", *argv[at + 1 :]))

    monkeypatch.setattr(whole, "dump_command", forgetful)
    job = mysql_job(fill(new_database()), tmp_path)
    with pytest.raises(SourceFailed, match=rf"mariadb-dump ended well, but its dump is not whole: .*({says})"):
        take_backup(job, silent)
    assert files(job) == set()


def test_no_client_that_fits(new_database, tmp_path, monkeypatch):
    monkeypatch.setattr("cadangan.engines.mysql.clients.PROGRAMS", ("tidak-ada",))
    with pytest.raises(ClientMissing, match=r"fits MariaDB .*Install the package mariadb-client"):
        take_backup(mysql_job(new_database(), tmp_path), silent)


def test_no_password_is_seen_in_any_process(big_job):
    password, seen = big_job.site.target.password, []
    job, look = disturbed(big_job, lambda: seen.extend(children_as_ps_shows_them()))

    manifest = take_backup(job, look)

    assert "mariadb-dump" in {name for name, _ in seen}
    assert [shown for _, shown in seen if password in shown] == []
    assert password not in manifest.model_dump_json() + repr(big_job)
