"""The client that fits the server's flavour is found by what it says of itself, and given only what it knows."""

import pytest

from cadangan.engines.mysql import clients
from cadangan.engines.mysql.clients import Client, choose, parse_version
from cadangan.engines.mysql.dump import dump_command
from cadangan.engines.mysql.server import Server
from cadangan.errors import ClientMissing
from cadangan.hosts.command import Command


def server(flavour, *release):
    return Server(flavour, ".".join(map(str, release)), release, "utf8mb4", "utf8mb4_bin", "cadangan@%")


@pytest.mark.parametrize(
    ("told", "found"),
    [
        ("mariadb-dump  Ver 10.19 Distrib 10.11.19-MariaDB, for debian-linux-gnu (x86_64)", ("MariaDB", "10.11.19")),
        ("mysqldump  Ver 10.19 Distrib 10.6.18-MariaDB, for Linux (x86_64)", ("MariaDB", "10.6.18")),
        ("mariadb-dump from 11.4.2-MariaDB, client 10.19 for Linux (x86_64)", ("MariaDB", "11.4.2")),
        ("mysqldump  Ver 8.0.36 for Linux on x86_64 (MySQL Community Server - GPL)", ("MySQL", "8.0.36")),
        ("mysqldump  Ver 8.0.36-0ubuntu0.22.04.1 for Linux on x86_64 ((Ubuntu))", ("MySQL", "8.0.36")),
        ("mysqldump  Ver 10.13 Distrib 5.7.44, for linux-glibc2.12 (x86_64)", ("MySQL", "5.7.44")),
        ("something else", None),
    ],
)
def test_versions_as_clients_tell_them(told, found):
    assert parse_version(told) == found


def program(folder, name, version, help_text=""):
    path = folder / name
    path.write_text(f'#!/bin/sh\n[ "$1" = --version ] && echo "{version}" || echo "{help_text}"\n')
    path.chmod(0o755)
    return str(path)


@pytest.fixture
def alone(monkeypatch):
    """No client but those of the test."""
    monkeypatch.setattr(clients, "_FOLDERS", ())


@pytest.mark.usefixtures("alone")
def test_mysql_servers_get_mysqls_client_and_mariadb_servers_mariadbs(tmp_path):
    mysql = program(tmp_path, "mysqldump", "mysqldump  Ver 8.0.36 for Linux", "--set-gtid-purged --column-statistics")
    mariadb = program(tmp_path, "mariadb-dump", "mariadb-dump from 11.4.2-MariaDB, client 10.19 for Linux")
    dirs = [str(tmp_path)]

    assert choose(server("MySQL", 8, 0, 11), dirs).path == mysql
    assert choose(server("MySQL", 5, 7, 44), dirs).path == mysql
    assert choose(server("MariaDB", 10, 11, 19), dirs).path == mariadb


@pytest.mark.usefixtures("alone")
def test_a_client_that_is_too_old_or_of_the_other_flavour_does_not_fit(tmp_path):
    program(tmp_path, "mysqldump", "mysqldump  Ver 10.13 Distrib 5.7.44, for Linux")
    with pytest.raises(ClientMissing, match=r"fits MySQL 8\.0\.36; found: MySQL 5\.7\.44 .*package mysql-client"):
        choose(server("MySQL", 8, 0, 36), [str(tmp_path)])
    with pytest.raises(ClientMissing, match="package mariadb-client"):
        choose(server("MariaDB", 10, 11, 19), [str(tmp_path)])


@pytest.mark.usefixtures("alone")
def test_an_older_client_of_mariadb_is_warned_of(tmp_path):
    program(tmp_path, "mariadb-dump", "mariadb-dump  Ver 10.19 Distrib 10.6.18-MariaDB, for Linux")
    assert "lebih lama daripada server 11.4.2" in choose(server("MariaDB", 11, 4, 2), [str(tmp_path)]).warnings[0]
    assert choose(server("MariaDB", 10, 6, 20), [str(tmp_path)]).warnings == ()


ALWAYS = {
    "--single-transaction",
    "--routines",
    "--events",
    "--triggers",
    "--hex-blob",
    "--no-tablespaces",
    "--default-character-set=utf8mb4",
    "--max-allowed-packet=1G",
}


@pytest.mark.parametrize(
    ("knows", "added"),
    [
        ((), set()),
        (("--set-gtid-purged",), {"--set-gtid-purged=OFF"}),
        (("--set-gtid-purged", "--column-statistics"), {"--set-gtid-purged=OFF", "--column-statistics=0"}),
    ],
)
def test_options_that_not_every_client_knows_are_given_to_those_that_do(knows, added):
    argv = dump_command(Client("/x/mysqldump", "MySQL", "8.0.36", frozenset(knows)), "/proc/self/fd/9", "-d").argv
    assert argv[:2] == ("/x/mysqldump", "--defaults-file=/proc/self/fd/9")
    assert argv[-2:] == ("--", "-d")
    assert set(argv) >= ALWAYS | added
    assert {word for word in argv if "gtid" in word or "statistics" in word} == added


def test_a_file_in_an_argument_is_handed_over_and_one_in_a_database_s_name_is_not():
    argv = ("x", "--defaults-file=/proc/self/fd/7", "/proc/self/fd/8", "--", "/proc/self/fd/9")
    assert Command(argv, {"PGPASSFILE": "/proc/self/fd/3", "NAME": "x/proc/self/fd/4"}).handed_over == (7, 8, 3)
