"""A database without an encoding (SQL_ASCII) is dumped byte for byte, whatever its bytes are."""

from pathlib import Path

import pytest

from cadangan.backup.check import Checker, check_copy
from cadangan.backup.take import take_backup
from cadangan.core.states import Verdict
from cadangan.engines.postgres import Inspection, Target, check_contents, inspect, open_snapshot
from cadangan.errors import EngineError
from tests.backup.builders import job_for
from tests.engines.postgres.dumping import LOCK_SECONDS, dump, inventory_of, restore
from tests.services.postgres import NewDatabase
from tests.services.samples import EVERY_KIND, run, scalar
from tests.stream.builders import KEY

SQL_ASCII = "ENCODING 'SQL_ASCII' LC_COLLATE 'C' LC_CTYPE 'C'"
# Latin 1, a UTF-8 sequence that is cut short, and every byte that a text can hold.
BYTES = r"""
CREATE TABLE "jalan é" (id integer PRIMARY KEY, nama text, kode char(3), daftar text[]);
INSERT INTO "jalan é" VALUES
    (1, E'caf\xe9', E'\xe9', ARRAY[E'\xff\xfe']), (2, E'\xe2\x82', E'\x80', NULL), (3, 'café', '', '{}');
DO $$ BEGIN FOR n IN 1..255 LOOP
    EXECUTE format('INSERT INTO "jalan é" VALUES (%s, E''\x%s'')', n + 100, lpad(to_hex(n), 2, '0'));
END LOOP; END $$;
CREATE TYPE warna AS ENUM (E'r\xf8d', 'biru');
CREATE TABLE cat (warna warna DEFAULT E'r\xf8d');
INSERT INTO cat DEFAULT VALUES;
COMMENT ON TABLE cat IS E'komentar \xe9';
CREATE FUNCTION salam() RETURNS text LANGUAGE sql AS E'SELECT ''\xe9''::text';
"""
IN_HEX = [
    """SELECT string_agg(encode(convert_to(t::text, 'SQL_ASCII'), 'hex'), ' ' ORDER BY id) FROM "jalan é" AS t""",
    "SELECT encode(convert_to(warna::text, 'SQL_ASCII'), 'hex') FROM cat",
    "SELECT encode(convert_to(obj_description('cat'::regclass), 'SQL_ASCII'), 'hex')",
    "SELECT encode(convert_to(salam(), 'SQL_ASCII'), 'hex')",
]


@pytest.fixture
def source(new_database: NewDatabase) -> Target:
    """A database without an encoding with bytes of every kind in it."""
    target = new_database(options=SQL_ASCII)
    run(target, BYTES)
    return target


@pytest.mark.parametrize("method", [(), ("text",)], ids=["default", "text"])
def test_what_is_restored_are_the_same_bytes(
    source: Target, new_database: NewDatabase, method: tuple[str, ...]
) -> None:
    copy = new_database(options=SQL_ASCII)

    dumped = dump(source, *method)
    restore(dumped, copy)

    assert check_contents(dumped.listing(), dumped.inventory) == []
    assert {table.name: table.rows for table in dumped.inventory.tables} == {"jalan é": 258, "cat": 1}
    assert all(table.digest for table in dumped.inventory.tables)
    assert inventory_of(copy, *method) == dumped.inventory
    assert [scalar(copy, query) for query in IN_HEX] == [scalar(source, query) for query in IN_HEX]


def test_a_back_up_of_it_passes_its_checks(source: Target, tmp_path: Path) -> None:
    job = job_for(source, tmp_path)

    manifest = take_backup(job, lambda progress: None)

    assert manifest.source.encoding == "SQL_ASCII"
    for part in check_copy(job.places[0], manifest, Checker(job.engine, (), KEY)):
        assert (part.digest, part.decrypt, part.contents) == (Verdict.PASSED,) * 3


def test_an_object_of_every_kind_is_dumped_from_it(new_database: NewDatabase) -> None:
    source, copy = new_database(options=SQL_ASCII), new_database(options=SQL_ASCII)
    run(source, EVERY_KIND)

    dumped = dump(source)
    restore(dumped, copy)

    assert inventory_of(copy) == dumped.inventory


def test_it_is_said_where_it_can_be_restored_to(source: Target) -> None:
    found = inspect(source, ())

    assert found.blockers == ()
    assert any("hanya dapat dipulihkan ke basis data SQL_ASCII" in warning for warning in found.warnings)


@pytest.mark.parametrize(
    ("made", "kind"),
    [
        (r"CREATE TABLE {} ()", "relation"),
        (r"CREATE TABLE biasa ({} integer)", "column"),
        (r"CREATE SCHEMA {}", "schema"),
        (r"CREATE FUNCTION {}() RETURNS int LANGUAGE sql AS 'SELECT 1'", "routine"),
        (r"CREATE TYPE {} AS ENUM ()", "type"),
        (r"CREATE TABLE biasa (n int CONSTRAINT {} CHECK (n > 0))", "constraint"),
    ],
)
def test_a_name_that_is_not_utf8_is_a_blocker_that_names_it(new_database: NewDatabase, made: str, kind: str) -> None:
    source = new_database(options=SQL_ASCII)
    run(source, 'CREATE TABLE "jalan é" ()')
    statement = made.replace("'", "''").replace("{}", r'"caf\xe9"')
    run(source, f"DO $$ BEGIN EXECUTE E'{statement}'; END $$")

    found = inspect(source, ())

    (blocker,) = found.blockers
    assert rf"{kind} caf\xe9" in blocker
    assert "jalan" not in blocker
    assert Inspection.model_validate_json(found.model_dump_json()) == found
    with pytest.raises(EngineError, match=r"caf\\xe9.*ALTER … RENAME"), open_snapshot(source, LOCK_SECONDS):
        pass
