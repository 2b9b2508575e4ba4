"""What Airflow's connections lead to."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from cadangan import paths
from cadangan.config.assets import Asset, Server
from cadangan.config.destinations import Destination
from cadangan.engines.postgres import Target
from cadangan.engines.postgres.own_server import PostgresServer
from cadangan.engines.postgres.target import connect
from cadangan.errors import CopyFailed, NotConfigured, VaultError
from cadangan.operators.desk import open_desk, place_of, site_of
from cadangan.register.location import VARIABLE
from cadangan.register.session import upgrade
from cadangan.vault import objects
from cadangan.vault.draft import Draft
from tests.documents import builders
from tests.services import s3
from tests.services.s3 import S3, s3_server
from tests.services.sshd import Sshd, sshd
from tests.stream.builders import policy

__all__ = ["s3_server", "sshd"]


def test_a_destination_behind_sftp_is_reached_through_its_connection(
    sshd: Sshd, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    extra = {"key_file": sshd.key_file, "no_host_key_check": "true"}
    connection = {
        "conn_type": "sftp",
        "host": sshd.host,
        "port": sshd.port,
        "login": sshd.user,
        "extra": json.dumps(extra),
    }
    monkeypatch.setenv("AIRFLOW_CONN_JAUH", json.dumps(connection))
    place = place_of(Destination(name="jauh", url=f"sftp://{tmp_path}/vault", conn_id="jauh"), 60)
    place.fs.makedirs(place.folder("simpeg"), exist_ok=True)
    with place.fs.open(place.path("simpeg", "berkas"), "wb") as file:
        file.write(b"isi")
    assert (tmp_path / "vault" / "simpeg" / "berkas").read_bytes() == b"isi"
    assert place.files("simpeg") == {"berkas"}


def test_a_destination_in_an_s3_store_is_reached_through_its_connection_and_locked_where_it_says_so(
    s3_server: S3, monkeypatch: pytest.MonkeyPatch
) -> None:
    s3_server.place("terkunci", days=1)
    connection = {
        "conn_type": "generic",
        "login": s3.ACCESS_KEY,
        "password": s3.SECRET_KEY,
        "extra": json.dumps(s3_server.extra()),
    }
    monkeypatch.setenv("AIRFLOW_CONN_OBJEK", json.dumps(connection))
    rule = Destination(name="objek", url="s3://terkunci/vault", conn_id="objek", immutable_days=30)
    place = place_of(rule, 60)
    draft = Draft(place, "simpeg", "berkas")
    draft.write_whole(b"isi")
    draft.publish()
    assert place.files("simpeg") == {"berkas"}
    assert place.url("simpeg", "berkas") == "s3://terkunci/vault/simpeg/berkas"
    (version,) = place.fs.call_s3("list_object_versions", Bucket="terkunci", Prefix="vault/simpeg/berkas")["Versions"]
    with pytest.raises(PermissionError):
        place.fs.call_s3("delete_object", Bucket="terkunci", Key=version["Key"], VersionId=version["VersionId"])
    assert place.fs.call_s3("get_object", Bucket="terkunci", Key=version["Key"], VersionId=version["VersionId"])


def test_a_bucket_without_object_lock_takes_nothing_that_is_to_be_locked(s3_server: S3) -> None:
    place = s3_server.place("terbuka")
    objects.lock(place.fs, 30)
    draft = Draft(place, "simpeg", "berkas")
    with pytest.raises(CopyFailed, match="berkas could not be written"):
        draft.write_whole(b"isi")
    assert place.files("simpeg") == set()


def test_a_connection_that_nobody_made_is_named() -> None:
    server, asset = builders.assets().find("simpeg")
    with pytest.raises(NotConfigured, match="pg_srv_kepegawaian does not exist"), site_of(server, asset, policy()):
        pass
    with pytest.raises(NotConfigured, match="gudang does not exist"):
        place_of(Destination(name="jauh", url="sftp:///vault", conn_id="gudang"), 60)


def test_a_protocol_without_its_provider_is_said_to_be_so() -> None:
    with pytest.raises(VaultError, match="Install the provider"):
        place_of(Destination(name="jauh", url="gopher://somewhere/vault"), 60)


def test_a_destination_is_waited_for_as_long_as_the_policies_say(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = tmp_path / "config"
    shutil.copytree(paths.config_dir(), config)
    policies = config / "policies.yaml"
    policies.write_text(policies.read_text().replace("idle_timeout: 900", "idle_timeout: 7"))
    url = f"sqlite:///{tmp_path / 'register.db'}"
    upgrade(url)
    monkeypatch.setenv(VARIABLE, url)
    monkeypatch.setenv(paths.CONFIG_VARIABLE, str(config))
    assert open_desk().documents().patience == 7


def test_a_server_is_reached_as_its_connection_says(monkeypatch: pytest.MonkeyPatch) -> None:
    (server,) = builders.assets().servers
    extra = {"sslmode": "verify-full", "sslrootcert": "/etc/cadangan/ca.crt", "cursor": "dictcursor"}
    connection = {"conn_type": "postgres", "host": "db", "port": 5433, "login": "cadangan", "password": "x"}
    monkeypatch.setenv(f"AIRFLOW_CONN_{server.conn_id.upper()}", json.dumps(connection | {"extra": json.dumps(extra)}))

    options = {"sslmode": "verify-full", "sslrootcert": "/etc/cadangan/ca.crt"}
    with site_of(server, server.assets[0], policy()) as site:
        assert site.target == Target("db", 5433, "cadangan", "x", "simpeg", options)


@pytest.mark.parametrize("via", ["tunnel", "remote"])
def test_a_server_behind_another_host_is_reached_by_its_ssh_connection(
    sshd: Sshd, postgres_18: PostgresServer, monkeypatch: pytest.MonkeyPatch, via: str
) -> None:
    (plain,) = builders.assets().servers
    server = plain.model_copy(update={"ssh_conn_id": "ssh_db", "via": via})
    database = {"host": postgres_18.host, "port": postgres_18.port, "login": postgres_18.user}
    fields = {"conn_type": "postgres", "password": postgres_18.password, **database}
    ssh = {"conn_type": "ssh", "host": sshd.host, "port": sshd.port, "login": sshd.user, "extra": sshd.extra()}
    monkeypatch.setenv(f"AIRFLOW_CONN_{server.conn_id.upper()}", json.dumps(fields))
    monkeypatch.setenv("AIRFLOW_CONN_SSH_DB", json.dumps(ssh))

    with site_of(server, server.assets[0], policy()) as site:
        with connect(replace(site.target, database="postgres")) as connection:
            assert connection.info.port == site.target.tunnel != postgres_18.port
            assert connection.info.host == postgres_18.host
        assert site.host.name == ("this machine" if via == "tunnel" else sshd.host)


def test_an_ssh_connection_that_trusts_every_host_is_refused(sshd: Sshd, monkeypatch: pytest.MonkeyPatch) -> None:
    (plain,) = builders.assets().servers
    server = plain.model_copy(update={"ssh_conn_id": "ssh_db"})
    extra = sshd.extra(no_host_key_check="true")
    ssh = {"conn_type": "ssh", "host": sshd.host, "port": sshd.port, "login": sshd.user, "extra": extra}
    monkeypatch.setenv(f"AIRFLOW_CONN_{server.conn_id.upper()}", json.dumps({"conn_type": "postgres", "host": "db"}))
    monkeypatch.setenv("AIRFLOW_CONN_SSH_DB", json.dumps(ssh))

    with pytest.raises(NotConfigured, match="no_host_key_check"), site_of(server, server.assets[0], policy()):
        pass


def test_files_are_reached_without_a_connection() -> None:
    asset = Asset(name="unggahan", application="A", database="/srv/unggahan", owner="X", exclude=("cache",))
    server = Server(name="srv", engine="files", assets=(asset,))
    with site_of(server, asset, policy()) as site:
        assert (site.target.database, site.target.exclude) == ("/srv/unggahan", ("cache",))
