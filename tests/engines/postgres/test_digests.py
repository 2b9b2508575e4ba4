"""The digest of a table tells every change of its content, and survives a restore."""

import pytest

from cadangan.engines.postgres import Target, open_snapshot
from cadangan.engines.postgres.target import connect
from tests.engines.postgres.dumping import LOCK_SECONDS, dump, facts_of, inventory_of, restore
from tests.services.postgres import NewDatabase, PostgresServer, databases_on
from tests.services.samples import run

METHODS = pytest.mark.parametrize("method", ["values", "text"])
TABLE = """
CREATE TABLE gaji (id integer, nama text, nilai numeric, catatan text);
INSERT INTO gaji SELECT n, 'nama ' || n, n * 1000, NULL FROM generate_series(1, 100) AS n;
"""


@METHODS
@pytest.mark.parametrize(
    ("change", "rows"),
    [
        ("UPDATE gaji SET nilai = nilai + 1 WHERE id = 50", 100),
        ("UPDATE gaji SET nama = 'Nama 50' WHERE id = 50", 100),
        ("UPDATE gaji SET catatan = '' WHERE id = 50", 100),
        ("INSERT INTO gaji SELECT * FROM gaji WHERE id = 50", 101),
        # A sum or an exclusive or of row digests without the row's own number would cancel out here.
        ("INSERT INTO gaji SELECT g.* FROM gaji AS g, generate_series(1, 2) WHERE id = 50", 102),
        ("DELETE FROM gaji WHERE id = 50", 99),
        ("UPDATE gaji SET nilai = (101 - id) * 1000 WHERE id IN (50, 51)", 100),
        (
            "UPDATE gaji SET nilai = (SELECT sum(nilai) FROM gaji WHERE id IN (50, 51)) - nilai WHERE id IN (50, 51)",
            100,
        ),
        ("UPDATE gaji SET nama = nilai::text, catatan = nama WHERE id = 50", 100),
    ],
    ids=[
        "value",
        "case",
        "empty for null",
        "duplicate",
        "two duplicates",
        "row gone",
        "values swapped",
        "values swapped anew",
        "columns moved",
    ],
)
def test_every_change_is_seen(database: Target, method: str, change: str, rows: int) -> None:
    run(database, TABLE)
    before = facts_of(database, "gaji", method)

    run(database, change)
    after = facts_of(database, "gaji", method)

    assert after.rows == rows
    assert after.digest != before.digest


@METHODS
def test_the_order_of_rows_is_no_change(database: Target, method: str) -> None:
    run(database, TABLE)
    before = facts_of(database, "gaji", method)

    run(database, "CREATE TABLE urutan_lain AS SELECT * FROM gaji ORDER BY id DESC")

    assert facts_of(database, "urutan_lain", method).digest == before.digest


def test_off_counts_only(database: Target) -> None:
    run(database, TABLE)
    facts = facts_of(database, "gaji", "off")

    assert (facts.rows, facts.digest, facts.digest_method) == (100, None, "off")


def test_text_digests_do_not_depend_on_the_settings_of_account_or_database(database: Target) -> None:
    run(
        database,
        """
        CREATE TABLE nilai AS SELECT
            timestamptz '2026-01-02 03:04:05+07' AS t, interval '1 year 2 days' AS i, 0.1::float8 AS f,
            '\\xdead'::bytea AS b, 12.5::numeric::money AS m, 'pg_class'::regclass AS r
        """,
    )
    before = facts_of(database, "nilai", "text")

    for name, value in {
        "timezone": "America/New_York",
        "datestyle": "SQL, DMY",
        "intervalstyle": "iso_8601",
        "extra_float_digits": "-10",
        "bytea_output": "escape",
        "search_path": "public",
    }.items():
        run(database, f"ALTER DATABASE {database.database} SET {name} = '{value}'")

    assert facts_of(database, "nilai", "text").digest == before.digest


@METHODS
def test_any_type_is_digested_and_survives_a_restore(new_database: NewDatabase, method: str) -> None:
    source, copy = new_database(), new_database()
    run(
        source,
        """
        CREATE TYPE warna AS ENUM ('merah', 'putih');
        CREATE TYPE bendera AS (atas warna, bawah warna[]);
        CREATE DOMAIN warna_utama AS warna;
        CREATE TYPE tingkat AS RANGE (subtype = float8);
        CREATE TABLE polos (a int, b text, c timestamptz, d jsonb, e uuid, f numeric[], g bytea, h inet);
        INSERT INTO polos VALUES (1, 'x', now(), '{"k": [1]}', gen_random_uuid(), '{1.5,NULL}', '\\x00ff', '::1');
        CREATE TABLE lain (a bool, b "char", c name, d varchar(5), e char(4), f time, g interval, h xid, i oid, j date);
        INSERT INTO lain VALUES (true, 'x', 'n', 'v', 'c', '12:30', '1 day', '7', 8, '2026-01-02');
        INSERT INTO lain DEFAULT VALUES;
        CREATE TABLE hak (a aclitem); INSERT INTO hak VALUES ('postgres=r/postgres');
        CREATE TABLE dengan_enum (a warna); INSERT INTO dengan_enum VALUES ('merah');
        CREATE TABLE dengan_larik (a warna[]); INSERT INTO dengan_larik VALUES ('{putih,merah}');
        CREATE TABLE dengan_susunan (a bendera); INSERT INTO dengan_susunan VALUES (ROW('merah', '{putih}'));
        CREATE TABLE dengan_domain (a warna_utama[]); INSERT INTO dengan_domain VALUES ('{putih}');
        CREATE TABLE dengan_nama_objek (a regclass, b regtype); INSERT INTO dengan_nama_objek VALUES ('polos', 'warna');
        CREATE TABLE tanpa_hash (a json, b point, c tsvector);
        INSERT INTO tanpa_hash VALUES ('{"b": 1, "a": 2}', '(1,2)', 'satu dua');
        CREATE TABLE rentang (a tingkat, b int4range); INSERT INTO rentang VALUES ('[1,2)', '[3,4]');
        CREATE TABLE kosong_sama_sekali (); INSERT INTO kosong_sama_sekali DEFAULT VALUES;
        CREATE TABLE tanpa_baris (a json);
        CREATE TABLE t (t text, "t.*" int); INSERT INTO t VALUES ('t', 1), (NULL, NULL);
        CREATE TABLE berubah (a int, b text, c int); ALTER TABLE berubah DROP COLUMN b;
        INSERT INTO berubah VALUES (1, 2);
        """,
    )
    # Other object ids in the copy than in the source.
    run(copy, "CREATE TYPE geser AS ENUM ('a'); DROP TYPE geser; CREATE TABLE geser (); DROP TABLE geser")

    dumped = dump(source, method)
    restore(dumped, copy)
    restored = inventory_of(copy, method)

    assert restored.tables == dumped.inventory.tables
    assert all(table.digest is not None for table in restored.tables)


def test_a_value_is_not_told_from_another_row_or_column_by_its_place(new_database: NewDatabase) -> None:
    one, other = new_database(), new_database()
    run(one, "CREATE TABLE t (a int, b text, c date); INSERT INTO t VALUES (1, 'x', '2026-01-02'), (2, NULL, NULL)")
    run(other, "CREATE TABLE t (c date, z int, b text, a int); ALTER TABLE t DROP COLUMN z")
    run(other, "INSERT INTO t VALUES (NULL, NULL, 2), ('2026-01-02', 'x', 1)")

    assert facts_of(one, "t") == facts_of(other, "t")


def test_what_a_collation_calls_equal_is_a_change_all_the_same(postgres_debian: PostgresServer) -> None:
    with databases_on(postgres_debian) as make:
        database = make()
        run(
            database,
            """
            CREATE COLLATION tak_peka (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
            CREATE TABLE nama (n text COLLATE tak_peka); INSERT INTO nama VALUES ('Siti');
            """,
        )
        before = facts_of(database, "nama")

        run(database, "UPDATE nama SET n = 'SITI'")

        assert facts_of(database, "nama").digest != before.digest


def test_a_table_of_the_most_columns_is_digested(database: Target) -> None:
    columns = ", ".join(f"k{n} int DEFAULT {n}" for n in range(1600))
    run(database, f"CREATE TABLE lebar ({columns}); INSERT INTO lebar DEFAULT VALUES")
    before = facts_of(database, "lebar")

    run(database, "UPDATE lebar SET k1599 = NULL")

    assert before.digest_method == "values"
    assert facts_of(database, "lebar").digest != before.digest


@METHODS
def test_a_value_without_digest_leaves_the_count_and_the_other_tables(database: Target, method: str) -> None:
    run(
        database,
        """
        CREATE TYPE warna AS ENUM ('merah', 'putih');
        CREATE TABLE a_rusak AS SELECT 'putih'::warna AS a;
        CREATE TABLE b_baik AS SELECT 1 AS a;
        DELETE FROM pg_enum WHERE enumlabel = 'putih';
        """,
    )

    broken, good = inventory_of(database, method).tables

    assert (broken.rows, broken.digest) == (1, None)
    assert broken.digest_method.startswith("not comparable: invalid internal value for enum")
    assert (good.rows, good.digest_method) == (1, method)


def test_only_what_the_dump_holds_is_counted(database: Target) -> None:
    run(
        database,
        """
        CREATE TABLE induk (id int); CREATE TABLE anak () INHERITS (induk);
        INSERT INTO induk VALUES (1); INSERT INTO anak VALUES (2), (3);
        CREATE TABLE terbagi (id int) PARTITION BY LIST (id);
        CREATE TABLE bagian PARTITION OF terbagi FOR VALUES IN (1); INSERT INTO terbagi VALUES (1);
        CREATE MATERIALIZED VIEW rekap AS SELECT count(*) FROM induk;
        """,
    )

    counted = {table.name: table.rows for table in inventory_of(database).tables}

    assert counted == {"induk": 1, "anak": 2, "bagian": 1}


def test_temporary_tables_of_others_do_not_count(database: Target) -> None:
    with connect(database) as other:
        other.execute("CREATE TEMPORARY TABLE sebentar AS SELECT 1")
        with open_snapshot(database, LOCK_SECONDS) as snapshot:
            assert snapshot.inventory("values").tables == ()


@METHODS
def test_large_objects_are_counted_and_digested(database: Target, method: str) -> None:
    run(database, "SELECT lo_from_bytea(90001, 'satu'), lo_from_bytea(90002, 'dua'), lo_create(90003)")
    before = inventory_of(database, method)

    run(database, "SELECT lo_put(90002, 0, 'DUA')")
    after = inventory_of(database, method)

    assert before.large_objects == after.large_objects == 3
    assert before.large_objects_digest != after.large_objects_digest
