"""hosts.ssh: who is let in, whom we let ourselves be sent to, and what of an Airflow connection counts."""

import stat
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from cadangan.errors import HostKeyRefused, HostUnreachable, NotConfigured
from cadangan.hosts.command import Command
from cadangan.hosts.ssh import SshHost, open_way, ssh_login
from tests.services.ssh_passwords import PASSWORD, running_password_server
from tests.services.sshd import running_sshd

TRUE = Command(("true",))


def new_key(folder, *options, passphrase=""):
    """Make a key pair and return the path of the private half."""
    path = folder / "kunci"
    subprocess.run(["ssh-keygen", "-q", *options, "-N", passphrase, "-f", path], check=True)
    return path


def gets_in(login):
    with open_way(login) as way:
        return SshHost(way).run(TRUE, timeout=20).returncode == 0


@pytest.mark.parametrize(
    "options",
    [
        ("-t", "ed25519"),
        ("-t", "ecdsa"),
        ("-t", "rsa", "-b", "2048"),
        ("-t", "rsa", "-b", "2048", "-m", "PEM"),
        ("-t", "ecdsa", "-m", "PKCS8"),
    ],
    ids=" ".join,
)
@pytest.mark.parametrize("passphrase", ["", "kata 'sandi' $(id)"])
def test_keys_of_every_kind_open_with_and_without_a_passphrase(sshd, tmp_path, options, passphrase):
    path = new_key(tmp_path, *options, passphrase=passphrase)
    sshd.let_in(path.with_suffix(".pub").read_text())
    words = {"private_key_passphrase": passphrase} if passphrase else {}
    assert gets_in(sshd.login_with({"key_file": str(path), "host_key": sshd.host_key, **words}))
    assert gets_in(sshd.login_with({"private_key": path.read_text(), "host_key": sshd.host_key, **words}))


def test_the_password_field_may_hold_the_passphrase_as_in_airflow(sshd, tmp_path):
    path = new_key(tmp_path, "-t", "ed25519", passphrase="frasa")
    sshd.let_in(path.with_suffix(".pub").read_text())
    assert gets_in(sshd.login_with({"key_file": str(path), "host_key": sshd.host_key}, password="frasa"))


@pytest.mark.parametrize("passphrase", ["salah", ""])
def test_a_wrong_passphrase_is_told_without_the_key(sshd, tmp_path, passphrase):
    path = new_key(tmp_path, "-t", "ed25519", passphrase="frasa")
    extra = {"private_key": path.read_text(), "private_key_passphrase": passphrase}
    with pytest.raises(NotConfigured, match="private_key_passphrase") as caught:
        sshd.login_with(extra)
    assert path.read_text().splitlines()[1] not in str(caught.value)
    assert caught.value.__cause__ is None


def test_a_key_lies_nowhere_readable_while_it_is_in_use(sshd):
    with open_way(sshd.login()) as way:
        (socket,) = {part.partition("=")[2] for part in way.command().argv if part.startswith("-oIdentityAgent=")}
        folder = Path(socket).parent
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        files = [path.read_text() for path in folder.iterdir() if path.is_file()]
        assert SshHost(way).run(TRUE, timeout=20).returncode == 0
    assert not folder.exists()
    assert [text for text in files if "PRIVATE KEY" in text] == []
    assert "PRIVATE KEY" not in repr(sshd.login())


def test_a_stranger_is_not_let_in_and_the_connection_is_named(sshd, tmp_path):
    path = new_key(tmp_path, "-t", "ed25519")
    with pytest.raises(HostUnreachable, match="refused the login") as caught:
        gets_in(sshd.login(key_file=str(path)))
    assert "ssh_db" in str(caught.value)


def test_only_the_keys_of_the_connection_are_offered(sshd, tmp_path, monkeypatch):
    path = new_key(tmp_path, "-t", "ed25519")
    monkeypatch.setenv("HOME", str(Path(sshd.key_file).parent))
    with pytest.raises(HostUnreachable, match="refused the login"):
        gets_in(sshd.login(key_file=str(path)))


def test_a_host_with_another_key_is_refused(sshd, tmp_path):
    with running_sshd(tmp_path) as other, pytest.raises(HostKeyRefused, match="enter the whole line"):
        gets_in(sshd.login(host_key=other.host_key))


def test_a_host_whose_key_nobody_entered_is_refused(sshd):
    with pytest.raises(HostKeyRefused, match="ssh_db"):
        gets_in(sshd.login(host_key=""))


@pytest.mark.parametrize(
    "shape", ["{kind} {blob} root@db", "{blob}", "[127.0.0.1]:22 {kind} {blob}", " {kind} {blob}\n"]
)
def test_a_host_key_may_be_entered_as_it_is_found(sshd, shape):
    kind, blob, *_ = sshd.host_key.split()
    assert gets_in(sshd.login(host_key=shape.format(kind=kind, blob=blob)))


@pytest.mark.parametrize("name", ["no_host_key_check", "allow_host_key_change", "ignore_hostkey_verification"])
@pytest.mark.parametrize("value", ["true", True])
def test_the_check_of_the_hosts_key_cannot_be_switched_off(sshd, name, value):
    with pytest.raises(NotConfigured, match=f"{name}.*host_key"):
        sshd.login(**{name: value})
    assert sshd.login(**{name: "false"})


def test_the_password_logs_in(tmp_path):
    with running_password_server() as server:
        assert gets_in(server.login(PASSWORD))


def test_a_wrong_password_is_told_and_not_shown(tmp_path):
    with running_password_server() as server, pytest.raises(HostUnreachable, match="refused the login") as caught:
        gets_in(server.login("rahasia-yang-salah"))
    assert "rahasia-yang-salah" not in str(caught.value)


def test_a_password_is_in_no_command_and_no_file():
    with running_password_server() as server, open_way(server.login(PASSWORD)) as way:
        command = way.command(remote="true")
        folder = Path(command.env["SSH_ASKPASS"]).parent
        shown = [*command.argv, *command.env.values(), repr(way)]
        shown += [path.read_text() for path in folder.iterdir() if path.is_file()]
    assert [text for text in shown if PASSWORD in text] == []


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"host": None}, "host"),
        ({"host": "-oProxyCommand=touch /tmp/x"}, "host"),
        ({"host": "db; id"}, "host"),
        ({"user": None}, "login"),
        ({"extra": {}}, "neither a password nor a key"),
        ({"extra": {"key_file": "/a", "private_key": "b"}}, "leave one"),
        ({"extra": {"key_file": "/tidak/ada"}}, "No such file"),
        ({"extra": {"private_key": "bukan kunci"}}, "no private key"),
        ({"password": "x", "extra": {"host_key": "bukan kunci"}}, "no public key"),
    ],
)
def test_a_connection_that_cannot_be_used_says_what_is_wrong(fields, told):
    whole = {"host": "db", "port": None, "user": "cadangan", "password": None, "extra": {}} | fields
    with pytest.raises(NotConfigured, match=told) as caught:
        ssh_login("ssh_db", **whole)
    assert "ssh_db" in str(caught.value)


def test_what_is_left_out_has_a_default():
    login = ssh_login("ssh_db", host="db", port=None, user="cadangan", password="x", extra={})
    assert (login.port, login.connect_timeout) == (22, 10)
    assert replace(login, password="y") != login
    assert "password" not in repr(login)
