"""The options of a connection that secure the line hold for the driver and for the client programs."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import pytest
from psycopg.pq import Conninfo

from cadangan.engines.postgres import Target, choose, inspect, options_of
from cadangan.engines.postgres.options import KERBEROS_FILES, VARIABLES
from cadangan.engines.postgres.own_server import PostgresServer
from cadangan.engines.postgres.target import environment
from cadangan.errors import TargetUnreachable
from cadangan.hosts.command import Command
from tests.conftest import ROOT
from tests.engines.postgres.dumping import dump, run_as
from tests.services.certificates import Authority, Issued
from tests.services.postgres import debian_bin_dir, running, target_on
from tests.services.samples import role_on, run

MAJOR = int(debian_bin_dir().parts[-2])


class Secured(NamedTuple):
    """A server that offers TLS, the authority that it shares with its clients, and lists of revoked certificates.

    The first list does not hold the server's certificate, the second one does.
    """

    server: PostgresServer
    authority: Authority
    client: Issued
    lists: tuple[Path, Path]

    def target(self, **options: str) -> Target:
        """Return its database as the superuser reaches it, who verifies the server unless `options` say otherwise."""
        verified = {"sslmode": "verify-full", "sslrootcert": str(self.authority.certificate)}
        return replace(target_on(self.server, "postgres"), options=verified | options)


@pytest.fixture(scope="module")
def secured(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Secured]:
    """Debian's server; that of the wheel is built without TLS."""
    folder = tmp_path_factory.mktemp("tls")
    authority = Authority(folder / "otoritas")
    certificate = authority.issue("server", "IP:127.0.0.1")
    rules = folder / "pg_hba.conf"
    rules.write_text("hostssl all juru all cert\nhost all postgres all scram-sha-256\n")
    settings = {
        "ssl": "on",
        "ssl_cert_file": str(certificate.certificate),
        "ssl_key_file": str(certificate.key),
        "ssl_ca_file": str(authority.certificate),
        "hba_file": str(rules),
    }
    with running(debian_bin_dir(), **settings) as server:
        run(target_on(server, "postgres"), "CREATE TABLE surat AS SELECT 1 AS n")
        lists = authority.revoke(authority.issue("lama")), authority.revoke(certificate)
        yield Secured(server, authority, authority.issue("juru"), lists)


def driver_said(target: Target) -> str:
    """Return why the driver does not get in, nothing when it does."""
    try:
        inspect(target, ())
    except TargetUnreachable as err:
        return str(err)
    return ""


def program_said(target: Target) -> str:
    """Return why a client program does not get in, nothing when it does."""
    done = run_as(target, Command((choose(MAJOR, ()).program("pg_dump"), "--schema-only", "--no-password")))
    return done.stderr if done.returncode else ""


BOTH = pytest.mark.parametrize("said", [driver_said, program_said])


def test_a_server_whose_certificate_is_verified_is_dumped(secured: Secured) -> None:
    target = secured.target(channel_binding="require", gssencmode="disable", target_session_attrs="read-write")
    run(
        target,
        "DO $$ BEGIN ASSERT (SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()), 'the line is open'; END $$",
    )

    assert inspect(target, ()).blockers == ()
    assert [table.rows for table in dump(target).inventory.tables] == [1]


@BOTH
def test_a_certificate_of_another_authority_is_refused(secured: Secured, tmp_path: Path, said) -> None:
    other = Authority(tmp_path / "lain")

    assert "certificate verify failed" in said(secured.target(sslrootcert=str(other.certificate)))


@BOTH
def test_a_certificate_for_another_host_is_refused(secured: Secured, said) -> None:
    elsewhere = replace(secured.target(), host="localhost")

    assert "does not match host name" in said(elsewhere)
    assert said(replace(elsewhere, options=elsewhere.options | {"sslmode": "verify-ca"})) == ""


@BOTH
def test_a_revoked_certificate_is_refused(secured: Secured, said) -> None:
    without, with_it = secured.lists

    assert said(secured.target(sslcrl=str(without))) == ""
    assert "certificate verify failed" in said(secured.target(sslcrl=str(with_it)))


@BOTH
def test_a_client_shows_its_certificate(secured: Secured, said) -> None:
    superuser = target_on(secured.server, "postgres")
    run(superuser, "DROP ROLE IF EXISTS juru")
    role_on(superuser, "juru", "x", ["GRANT pg_read_all_data TO {}"])
    account = replace(secured.target(), user="juru", password="")

    assert "certificate" in said(account)
    shown = {"sslcert": str(secured.client.certificate), "sslkey": str(secured.client.key)}
    assert said(replace(account, options=account.options | shown)) == ""


@BOTH
@pytest.mark.parametrize(
    ("option", "value", "told"),
    [
        ("gssencmode", "require", "GSSAPI"),
        ("target_session_attrs", "standby", "standby"),
        ("ssl_min_protocol_version", "TLSv9", "TLSv9"),
    ],
)
def test_an_option_that_cannot_be_kept_ends_the_connection(
    secured: Secured, said, option: str, value: str, told: str
) -> None:
    assert told in said(secured.target(**{option: value}))


def test_every_option_is_one_of_the_library_with_its_variable() -> None:
    known = {option.keyword.decode(): option.envvar and option.envvar.decode() for option in Conninfo.get_defaults()}

    assert {name: known[name] for name in VARIABLES} == VARIABLES


def test_every_option_is_in_the_docs() -> None:
    page = (ROOT / "docs" / "how-to" / "add-a-server.md").read_text()
    table = page.partition("| taken over |")[2].partition("\n\n")[0]
    rows = re.findall(r"^\| (`[^|]+) \|", table, re.MULTILINE)

    assert {word for row in rows for word in re.findall(r"`(\w+)`", row)} == set(VARIABLES)


def test_of_the_extra_fields_only_those_that_secure_the_line_are_taken() -> None:
    extra = {
        "sslmode": "require",
        "sslrootcert": "",
        "sslkey": None,
        "sslsni": False,
        "options": "-c search_path=elsewhere",
        "sslpassword": "rahasia",
        "cursor": "dictcursor",
    }

    assert options_of(extra) == {"sslmode": "require", "sslsni": "0"}


@pytest.mark.parametrize("name", KERBEROS_FILES)
def test_client_programs_find_the_tickets_of_this_process(
    name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv(name, str(tmp_path))

    assert environment(Target("db", 5432, "budi", "x", "simpeg"))[name] == str(tmp_path)
