"""Databases beside others: made as their source was, and nothing else is ever removed."""

from datetime import UTC, datetime

import pytest

from cadangan.core.manifest import Inventory
from cadangan.core.side_names import Purpose, new_side_name
from cadangan.engines import postgres
from cadangan.errors import EngineError, RestoreRefused
from tests.core.test_compare import manifest_of
from tests.restore.builders import run, value

NOW = datetime(2026, 11, 25, 7, 58, 41, tzinfo=UTC)


def a_side(database, purpose=Purpose.SIDE):
    return postgres.side(database, new_side_name(purpose, "simpeg", NOW))


def test_only_what_cadangan_made_is_dropped(database, new_database):
    for target in (database, new_database("cadangan_uji_lain")):
        with pytest.raises(RestoreRefused, match="not a database that Cadangan made"):
            postgres.drop(target)

        assert postgres.is_empty(target)


def test_a_side_is_made_empty_found_and_dropped_even_while_it_is_used(database):
    side = a_side(database)
    manifest = manifest_of(Inventory(tables=()), encoding="LATIN1")

    postgres.create(side, manifest)

    assert postgres.is_empty(side)
    assert value(side, "SHOW server_encoding") == "LATIN1"
    assert side.database in map(str, postgres.sides(database))
    with pytest.raises(EngineError, match="already exists"):
        postgres.create(side, manifest)

    postgres.drop(side)
    postgres.drop(side)

    assert side.database not in map(str, postgres.sides(database))


def test_a_locale_that_the_server_lacks_is_made_up_for(database):
    manifest = manifest_of(Inventory(tables=()))
    source = manifest.source.model_copy(update={"collation": "xx_XX.UTF-8"})
    side = a_side(database)

    postgres.create(side, manifest.model_copy(update={"source": source}))

    assert value(side, "SELECT datcollate FROM pg_database WHERE datname = current_database()") == "C"
    postgres.drop(side)


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE t ()",
        "CREATE SCHEMA s",
        "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "CREATE TYPE e AS ENUM ('a')",
        "SELECT lo_create(0)",
    ],
)
def test_whatever_there_is_makes_a_database_one_that_is_not_empty(database, statement):
    run(database, statement)

    assert not postgres.is_empty(database)
