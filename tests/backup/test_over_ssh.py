"""A back-up by way of another host, in every mode, is the back-up that this machine makes."""

import hashlib
from contextlib import contextmanager
from dataclasses import replace

import pytest
from psycopg import sql

from cadangan.backup.check import Checker, check_copy
from cadangan.backup.reach import over_ssh
from cadangan.backup.take import take_backup
from cadangan.config.assets import Server
from cadangan.core.states import Verdict
from cadangan.engines import engine
from cadangan.engines.contract import Login
from cadangan.engines.postgres.clients import wheel_dir
from cadangan.errors import ClientMissing, HostUnreachable, ProgramMissing, SourceFailed, TargetUnreachable
from tests.backup.builders import OnFirstBytes, connected, files, job_for, raw_of, restored, silent
from tests.services.certificates import Authority
from tests.services.postgres import debian_bin_dir, running, target_on
from tests.services.sshd import free_port
from tests.stream.builders import KEY, policy

MODES = {
    "tunnel": {"via": "tunnel"},
    "there": {"via": "remote", "compress": "there"},
    "here": {"via": "remote", "compress": "here"},
}
# Another host does not look into this machine's Python packages by itself.
CLIENTS = (str(wheel_dir()),)
PASSWORD = "a:b\\c 'dua' \"kata\" $(id) `id` 📄"


def server(database, **overrides):
    asset = {"name": "simpeg", "application": "SIMPEG", "database": database, "owner": "BKPSDM"}
    fields = {"name": "srv-simpeg", "engine": "postgres", "conn_id": "pg", "ssh_conn_id": "ssh_db", "assets": [asset]}
    return Server.model_validate(fields | overrides)


@contextmanager
def reached(target, sshd, extra=None, **mode):
    """The database of `target` by way of the SSH server."""
    registered = server(target.database, **mode)
    login = Login(target.host, target.port, target.user, target.password, extra or {})
    with over_ssh(registered, registered.assets[0], login, sshd.login(), policy()) as site:
        yield site


def content(manifest):
    return {(table.schema_name, table.name): (table.rows, table.digest) for table in manifest.inventory.tables}


@pytest.mark.parametrize("mode", MODES)
def test_every_mode_makes_the_backup_that_this_machine_makes(job, sshd, new_database, mode):
    here = take_backup(job, silent)
    with connected(job.site.target) as connection:
        connection.execute("DROP ROLE IF EXISTS juru_jauh")
        connection.execute(sql.SQL("CREATE ROLE juru_jauh LOGIN SUPERUSER PASSWORD {}").format(PASSWORD))
    account = replace(job.site.target, user="juru_jauh", password=PASSWORD)
    with reached(account, sshd, **MODES[mode]) as site:
        remote = replace(job, site=site, client_dirs=CLIENTS, item_id=8)
        manifest = take_backup(remote, silent)
    assert content(manifest) == content(here)
    for part in manifest.artefacts:
        raw = raw_of(manifest, job.places[0], part.kind)
        assert (part.raw_bytes, part.raw_sha256) == (len(raw), hashlib.sha256(raw).hexdigest())
    checks = check_copy(job.places[0], manifest, Checker(job.engine, (), KEY))
    assert {verdict for part in checks for verdict in (part.digest, part.decrypt, part.contents)} == {Verdict.PASSED}
    again = restored(job, manifest, new_database())
    with job.engine.open_snapshot(again.site.target, 10) as snapshot:
        found = snapshot.inventory("values")
    assert content(here) == {(table.schema_name, table.name): (table.rows, table.digest) for table in found.tables}


@pytest.mark.parametrize("mode", MODES)
def test_every_mode_inspects(job, sshd, mode):
    here = engine("postgres").inspect(job.site.target, CLIENTS)
    with reached(job.site.target, sshd, **MODES[mode]) as site:
        found = engine("postgres").inspect(site.target, CLIENTS, site.host)
    assert (found.tables, found.blockers, found.dumps_with) == (here.tables, (), here.dumps_with)


def test_a_server_that_the_host_cannot_reach_is_told_in_the_words_of_ssh(job, sshd):
    nowhere = replace(job.site.target, port=free_port())
    with pytest.raises(TargetUnreachable, match="Connection refused"), reached(nowhere, sshd) as site:
        engine("postgres").inspect(site.target, (), site.host)


def test_a_host_without_a_compressor_is_found_out_before_the_dump(job, sshd, monkeypatch):
    monkeypatch.setattr("cadangan.hosts.ssh.line._HAS_ZSTD", "exit 126\n")
    with pytest.raises(ProgramMissing, match="compress: here"), reached(job.site.target, sshd, **MODES["there"]):
        pass


def test_a_client_that_is_not_on_the_host_is_said_to_be_missing_there(job, sshd, monkeypatch):
    monkeypatch.setattr("cadangan.engines.postgres.clients._PACKAGED", ("/tidak/ada",))
    with reached(job.site.target, sshd, via="remote") as site:
        (blocker,) = engine("postgres").inspect(site.target, (), site.host).blockers
        assert "pada mesin 127.0.0.1" in blocker
        with (
            pytest.raises(ClientMissing, match=r"on 127\.0\.0\.1"),
            engine("postgres").open_dump(site.target, (), policy(), site.host),
        ):
            pass


@pytest.fixture(scope="module")
def secured(tmp_path_factory):
    """A server with a certificate for its name alone, and the authority's; that of the wheel is built without TLS."""
    folder = tmp_path_factory.mktemp("tls")
    authority = Authority(folder / "otoritas")
    issued = authority.issue("server", "DNS:localhost")
    settings = {"ssl": "on", "ssl_cert_file": str(issued.certificate), "ssl_key_file": str(issued.key)}
    with running(debian_bin_dir(), **settings) as server:
        yield server, authority.certificate


@pytest.mark.parametrize("mode", MODES)
def test_the_certificate_is_held_to_the_servers_name_in_every_mode(secured, sshd, tmp_path, mode):
    server, certificate = secured
    extra = {"sslmode": "verify-full", "sslrootcert": str(certificate)}
    by_name = replace(target_on(server, "postgres"), host="localhost")
    job = job_for(by_name, tmp_path)
    with reached(by_name, sshd, extra, **MODES[mode]) as site:
        assert take_backup(replace(job, site=site), silent).artefacts
    by_address = replace(by_name, host="127.0.0.1")
    with (
        reached(by_address, sshd, extra, **MODES[mode]) as site,
        pytest.raises(TargetUnreachable, match="does not match host name"),
    ):
        take_backup(replace(job, site=site), silent)


@pytest.mark.parametrize("mode", MODES)
def test_a_host_that_is_lost_in_the_middle_fails_the_backup(big_job, sshd, mode):
    with (
        pytest.raises((HostUnreachable, SourceFailed, TargetUnreachable)),
        reached(big_job.site.target, sshd, **MODES[mode]) as site,
    ):
        take_backup(replace(big_job, site=site, client_dirs=CLIENTS), OnFirstBytes(sshd.cut))
    assert files(big_job) == set()
