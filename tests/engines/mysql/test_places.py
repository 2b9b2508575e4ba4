"""Databases beside others: made as their source was, and nothing else is ever removed."""

from dataclasses import replace
from datetime import UTC, datetime

import MySQLdb
import pytest

from cadangan.core.manifest import Inventory
from cadangan.core.side_names import Purpose, new_side_name
from cadangan.engines import mysql
from cadangan.engines.mysql.target import connect
from cadangan.errors import EngineError, RestoreRefused
from tests.core.test_compare import manifest_of
from tests.services.mariadb import run

NOW = datetime(2026, 11, 25, 7, 58, 41, tzinfo=UTC)


def manifest(encoding="utf8mb4", collation="utf8mb4_unicode_ci"):
    made = manifest_of(Inventory(tables=()), encoding=encoding)
    return made.model_copy(update={"source": made.source.model_copy(update={"collation": collation})})


def a_side(database, purpose=Purpose.SIDE):
    return mysql.side(database, new_side_name(purpose, "simpeg", NOW))


def own(target):
    """Encoding and collation of the database itself."""
    found = run(target, "SELECT @@character_set_database AS e, @@collation_database AS c")
    return found[0]["e"], found[0]["c"]


def test_only_what_cadangan_made_is_dropped(database, new_database):
    for target in (database, new_database("cadangan_uji_lain")):
        with pytest.raises(RestoreRefused, match="not a database that Cadangan made"):
            mysql.drop(target)

        assert mysql.is_empty(target)


def test_a_side_is_made_empty_found_and_dropped_even_while_it_is_used(database):
    side = a_side(database)

    mysql.create(side, manifest("latin1", "latin1_swedish_ci"))

    assert mysql.is_empty(side)
    assert own(side) == ("latin1", "latin1_swedish_ci")
    assert side.database in map(str, mysql.sides(database))
    with pytest.raises(EngineError, match="database exists"):
        mysql.create(side, manifest())

    run(side, "CREATE TABLE t (id int)", "INSERT INTO t VALUES (1)")
    user = connect(side)
    cursor = user.cursor()
    for statement in (f"USE `{side.database}`", "START TRANSACTION", "SELECT * FROM t"):
        cursor.execute(statement)
    mysql.drop(side)
    with pytest.raises(MySQLdb.Error):
        cursor.execute("SELECT 1")
    mysql.drop(side)

    assert side.database not in map(str, mysql.sides(database))


def test_a_collation_that_the_server_lacks_is_made_up_for(database):
    side = a_side(database)

    mysql.create(side, manifest(collation="utf8mb4_0900_tidak_ada"))

    assert own(side)[0] == "utf8mb4"
    mysql.drop(side)


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE t (id int)",
        "CREATE VIEW v AS SELECT 1",
        "CREATE SEQUENCE s",
        "CREATE FUNCTION f() RETURNS int RETURN 1",
        "CREATE PROCEDURE p() SELECT 1",
        "CREATE EVENT e ON SCHEDULE EVERY 1 DAY DO SELECT 1",
    ],
)
def test_whatever_there_is_makes_a_database_one_that_is_not_empty(database, statement):
    run(database, statement)

    assert not mysql.is_empty(database)


def test_a_database_of_another_name_alone_makes_none_that_is_empty_full(database, new_database):
    run(new_database(database.database + "x"), "CREATE TABLE t (id int)")

    assert mysql.is_empty(database)
    assert not mysql.is_empty(replace(database, database=database.database + "x"))
