"""Whatever its database, tables, columns, account and password are called, a back-up comes back as it was (F27)."""

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cadangan.backup.take import take_backup
from cadangan.core.naming import Kind
from cadangan.engines.contract import Login
from cadangan.engines.mysql.quoting import identifier
from cadangan.engines.mysql.target import connect, option_file
from cadangan.hosts import local
from cadangan.hosts.command import Command
from cadangan.hosts.memory import in_memory
from tests.backup.builders import raw_of, silent
from tests.engines import hostile
from tests.engines.mysql.builders import NEEDED, came_back, facts, mysql_job, named
from tests.engines.reached import reached
from tests.services.mariadb import account_on, databases_on, program, run


def fits(name):
    """Whether MariaDB takes it; it takes no name that ends with a space."""
    return not name[-1].isspace()


NAMES = hostile.names(30, fits, last=0xFFFF)
TABLES = st.lists(NAMES, min_size=1, max_size=5, unique_by=str.casefold)


def build(target, name):
    quoted = identifier(name)
    run(target, f"CREATE TABLE {quoted} ({quoted} varchar(200), lain int)", f"INSERT INTO {quoted} (lain) VALUES (1)")
    run(target, "UPDATE {0} SET {0} = %s".format(quoted.replace("%", "%%")), values=[name])
    run(target, f"CREATE VIEW {identifier('v' + name[:63])} AS SELECT lain FROM {quoted}")


def replay(target, script):
    """Run the script of the accounts with the real client."""
    with in_memory(option_file(target, "MariaDB")) as path:
        done = local.run(Command((program("mariadb"), f"--defaults-file={path}", "--binary-mode")), 30, script)
    assert done.returncode == 0, done.stderr


def assert_comes_back(server, sshd, way, called):
    with databases_on(server) as make, TemporaryDirectory() as folder:
        source, copy = make(called.database), make()
        for name in called.names:
            build(source, name)
        reader, quoted = account_on(source, called.user, called.password, *NEEDED), identifier(called.user)
        try:
            login = Login(reader.host, reader.port, reader.user, reader.password)
            with reached("mysql", called.database, login, sshd, way) as site:
                job = replace(mysql_job(reader, Path(folder)), site=site)
                manifest = take_backup(job, silent)
            run(source, f"DROP USER {quoted}@'%'")
            replay(source, raw_of(manifest, job.places[0], Kind.ACCOUNTS))
            connect(reader).close()
        finally:
            run(source, f"DROP USER IF EXISTS {quoted}@'%'")
        again = came_back(job, manifest, copy)
    assert {table.name for table in again.tables} == set(called.names)
    assert {table.digest_method for table in manifest.inventory.tables} == {"values"}
    assert facts(again) == facts(manifest.inventory)
    assert named(again) == named(manifest.inventory)


@pytest.mark.parametrize("number", hostile.some("there"))
def test_names_that_break_out_elsewhere_come_back_over_ssh(mariadb, sshd, number):
    assert_comes_back(mariadb, sshd, "there", hostile.called(number, [*hostile.NAMES, "x" * 64]))


@hostile.FEW
@given(st.builds(hostile.Called, NAMES, NAMES, hostile.passwords(), TABLES))
def test_names_that_nobody_thought_of_come_back(mariadb, sshd, called):
    assert_comes_back(mariadb, sshd, "here", called)


@hostile.OVER_SSH
@given(st.builds(hostile.Called, NAMES, NAMES, hostile.passwords(), TABLES))
def test_names_that_nobody_thought_of_come_back_over_ssh(mariadb, sshd, called):
    assert_comes_back(mariadb, sshd, "there", called)
