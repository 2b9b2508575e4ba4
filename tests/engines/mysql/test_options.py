"""TLS of an Airflow connection's extra, for the driver and for the clients, against a server with a certificate."""

from dataclasses import replace

import pytest

from cadangan.backup.take import take_backup
from cadangan.engines.contract import Login
from cadangan.engines.mysql import target_of
from cadangan.engines.mysql.options import for_client, options_of
from cadangan.engines.mysql.target import connect, option_file
from cadangan.errors import NotConfigured, SourceFailed, TargetUnreachable
from tests.backup.builders import silent
from tests.engines.mysql.builders import mysql_job
from tests.services.certificates import Authority
from tests.services.mariadb import databases_on, run, running


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("tls") / "ca")


@pytest.fixture(scope="module")
def secured(authority):
    """A database on a server with a certificate, which takes nobody without TLS."""
    issued = authority.issue("server", "IP:127.0.0.1")
    files = {"ssl_ca": str(authority.certificate), "ssl_cert": str(issued.certificate), "ssl_key": str(issued.key)}
    with running(**files) as server, databases_on(server) as make:
        target = make()
        run(target, "CREATE TABLE t (id int)", "ALTER USER root@'127.0.0.1' REQUIRE SSL")
        verified = replace(target, options=options_of({"ssl": {"ca": str(authority.certificate)}}))
        yield verified
        run(verified, "ALTER USER root@'127.0.0.1' REQUIRE NONE")


def test_a_verified_line_carries_driver_and_client(secured, tmp_path):
    manifest = take_backup(mysql_job(secured, tmp_path), silent)
    assert [table.name for table in manifest.inventory.tables] == ["t"]


def test_a_certificate_of_another_authority_is_refused(secured, tmp_path):
    other = Authority(tmp_path / "lain")
    with pytest.raises(TargetUnreachable, match=r"(?i)certificate|TLS|SSL"):
        connect(replace(secured, options=options_of({"ssl_ca": str(other.certificate)})))


def test_a_client_refuses_it_too(secured, tmp_path, monkeypatch):
    other = Authority(tmp_path / "lain")
    wrong = replace(secured, options=options_of({"ssl_ca": str(other.certificate)}))
    monkeypatch.setattr("cadangan.engines.mysql.whole.option_file", lambda *_: option_file(wrong, "MariaDB"))
    with pytest.raises(SourceFailed, match=r"(?i)certificate|TLS|SSL"):
        take_backup(mysql_job(secured, tmp_path), silent)


def test_a_server_that_wants_tls_refuses_a_line_without(secured):
    with pytest.raises(TargetUnreachable, match="Access denied"):
        connect(replace(secured, options=options_of({"ssl_mode": "DISABLED"})))


def test_extra_is_read_as_airflow_writes_it():
    text = options_of({"ssl": '{"ca": "/a", "cert": "/b", "key": "/c"}', "charset": "latin1", "local_infile": True})
    assert text == {"ca": "/a", "cert": "/b", "key": "/c", "mode": "VERIFY_IDENTITY", "non_transactional": "lock"}
    assert options_of({"ssl": {"ca": "/a"}, "ssl_mode": "verify_ca"})["mode"] == "VERIFY_CA"
    assert options_of({"ssl": True})["mode"] == "VERIFY_IDENTITY"
    assert options_of({}) == {"non_transactional": "lock"}


@pytest.mark.parametrize("extra", [{"ssl_mode": "maybe"}, {"non_transactional": "skip"}])
def test_values_that_mean_nothing_are_refused(extra):
    with pytest.raises(NotConfigured, match="give one of"):
        options_of(extra)


def test_mysqls_clients_are_told_in_their_own_words():
    options = options_of({"ssl_ca": "/a", "ssl_mode": "VERIFY_CA"})
    assert for_client(options, "MySQL") == {"ssl-ca": "/a", "ssl-mode": "VERIFY_CA"}
    assert for_client(options, "MariaDB") == {"ssl-ca": "/a", "ssl": None, "ssl-verify-server-cert": None}
    assert for_client(options_of({"ssl_mode": "REQUIRED"}), "MariaDB") == {"ssl": None}
    assert for_client(options_of({"ssl_mode": "DISABLED"}), "MariaDB") == {"skip-ssl": None}


def test_a_connection_of_airflow_becomes_a_target():
    target = target_of(Login(None, None, "cadangan", "rahasia", {"unix_socket": "/run/s"}), "simpeg")
    assert (target.host, target.port, target.database) == ("localhost", 3306, "simpeg")
    assert 'socket="/run/s"' in option_file(target, "MariaDB").decode()
    assert "rahasia" not in repr(target)


def test_a_socket_of_this_machine_is_not_taken_for_the_server_behind_a_tunnel():
    login = Login("db", 3306, "cadangan", "rahasia", {"unix_socket": "/run/s"}, tunnel=40000)
    with pytest.raises(NotConfigured, match=r"unix_socket.*another host"):
        target_of(login, "simpeg")
