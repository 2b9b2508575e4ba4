"""mariadb-dump on another host makes the back-up that this machine makes, and nothing of it stays there."""

import multiprocessing
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from cadangan.backup.take import take_backup
from cadangan.engines.contract import Login
from cadangan.engines.mysql import Target, inspect, whole
from cadangan.engines.mysql.target import option_file
from cadangan.errors import ClientMissing, HostUnreachable, ProgramMissing, SourceFailed, TargetUnreachable
from cadangan.hosts import local
from cadangan.hosts.command import Command
from cadangan.hosts.ssh import SshHost, open_way
from tests.backup.builders import Holding, client, disturbed, files, silent
from tests.engines.mysql.builders import NEEDED, came_back, enlarge, facts, fill, mysql_job
from tests.engines.mysql.writers import ACCOUNTS, Writers
from tests.engines.reached import REMOTE, reached
from tests.hosts.processes import appears, gone
from tests.services.mariadb import account_on, run
from tests.stream.builders import policy

SPAWN = multiprocessing.get_context("spawn")
PASSWORD = "a\\b 'dua' \"kata\" $(id) `id` # 📄"


def by_way(target, sshd, way):
    return reached("mysql", target.database, Login(target.host, target.port, target.user, target.password), sshd, way)


@pytest.fixture
def big(new_database):
    """A database whose dump takes long enough to be disturbed."""
    target = fill(new_database())
    enlarge(target, 40)
    return target


@pytest.mark.parametrize("way", REMOTE)
def test_counts_and_digests_are_those_of_the_dump_while_others_write(new_database, sshd, tmp_path, way):
    source = new_database()
    run(source, *ACCOUNTS)
    enlarge(source, 2)
    reader = account_on(source, "juru_jauh", PASSWORD, *NEEDED)
    with Writers(source) as writers, by_way(reader, sshd, way) as site:
        for number in range(2):
            before = writers.written
            job = replace(mysql_job(reader, tmp_path / str(number)), site=site)
            manifest = take_backup(job, silent)
            copy = new_database()
            again = came_back(job, manifest, copy)
            assert writers.written > before
            assert {table.digest_method for table in manifest.inventory.tables} == {"values"}
            assert facts(again) == facts(manifest.inventory)
            assert run(copy, "SELECT SUM(n) AS s FROM saldo") == [{"s": 10000}]


@pytest.mark.parametrize("way", REMOTE)
def test_no_password_is_seen_in_any_process(big, sshd, tmp_path, way):
    reader, seen = account_on(big, "juru_jauh", PASSWORD, *NEEDED), []

    def look():
        for process in psutil.process_iter():
            try:
                seen.append((process.name(), " ".join([*process.cmdline(), *process.environ().values()])))
            except psutil.Error:
                continue
        seen.extend((path.name, path.read_text(errors="replace")) for path in Path("/dev/shm").glob("cadangan.*"))

    with by_way(reader, sshd, way) as site:
        job = replace(mysql_job(reader, tmp_path, policy=policy(progress_every=0.02)), site=site)
        take_backup(*disturbed(job, look))

    assert "mariadb-dump" in {name for name, _ in seen}
    assert [shown for _, shown in seen if PASSWORD in shown] == []


def back_up_into_nothing(target, sshd, folder, way):
    """Begin a back-up that does not get on, for another process."""
    with by_way(target, sshd, way) as site:
        job = replace(mysql_job(target, folder), site=site)
        take_backup(replace(job, places=(replace(job.places[0], fs=Holding()),)), silent)


@pytest.mark.parametrize("way", REMOTE)
def test_a_killed_worker_leaves_no_client_over_there(big, sshd, tmp_path, way):
    worker = SPAWN.Process(target=back_up_into_nothing, args=(big, sshd, tmp_path, way))
    worker.start()
    assert "mariadb-dump" in {process.name() for process in appears(big.database, 60)}

    worker.kill()
    worker.join(10)

    assert gone(big.database)
    assert list(Path("/dev/shm").glob("cadangan.*")) == []


@pytest.mark.parametrize("way", REMOTE)
def test_a_client_that_is_killed_over_there_fails_the_back_up(big, sshd, tmp_path, way):
    with by_way(big, sshd, way) as site:
        job = replace(mysql_job(big, tmp_path, policy=policy(progress_every=0.02)), site=site)
        held, kill = disturbed(job, lambda: client("mariadb-dump").kill())
        with pytest.raises(SourceFailed, match=r"(?s)mariadb-dump was killed by SIGKILL.*clear the task"):
            take_backup(held, kill)
    assert kill.done
    assert client("mariadb-dump") is None
    assert files(job) == set()


@pytest.mark.parametrize("way", REMOTE)
def test_a_host_that_is_lost_in_the_middle_fails_the_back_up(big, sshd, tmp_path, way):
    with by_way(big, sshd, way) as site:
        job = replace(mysql_job(big, tmp_path, policy=policy(progress_every=0.02)), site=site)
        with pytest.raises((HostUnreachable, SourceFailed, TargetUnreachable)):
            take_backup(*disturbed(job, sshd.cut))
    assert gone(big.database)
    assert files(job) == set()


@pytest.mark.parametrize("way", ["here", *REMOTE])
def test_writes_are_not_held_back_before_the_client_is_there(database, sshd, tmp_path, monkeypatch, way):
    def frozen():
        return run(database, "SHOW GLOBAL STATUS LIKE 'Com_flush'")

    before = frozen()
    monkeypatch.setattr(whole, "dump_command", lambda *_: Command(("/tidak/ada",)))
    with by_way(database, sshd, way) as site, pytest.raises(ProgramMissing):
        take_backup(replace(mysql_job(database, tmp_path), site=site), silent)
    assert frozen() == before


def test_a_client_that_is_not_on_the_host_is_said_to_be_missing_there(database, sshd, tmp_path, monkeypatch):
    monkeypatch.setattr("cadangan.engines.mysql.clients.PROGRAMS", ("tidak-ada",))
    with by_way(database, sshd, "there") as site:
        (blocker, *_) = inspect(site.target, (), site.host).blockers
        assert "pada mesin 127.0.0.1" in blocker
        with pytest.raises(ClientMissing, match=r"on 127\.0\.0\.1"):
            take_backup(replace(mysql_job(database, tmp_path), site=site), silent)


def test_only_programs_of_this_machine_go_through_the_tunnel(sshd):
    target = Target("db.kantor", 3307, "cadangan", "rahasia", "simpeg", tunnel=40000)
    with open_way(sshd.login()) as way:
        there = option_file(target, "MariaDB", SshHost(way)).decode()
    here = option_file(target, "MariaDB", local).decode()
    assert 'host="db.kantor"\nport="3307"' in there
    assert 'host="127.0.0.1"\nport="40000"' in here
