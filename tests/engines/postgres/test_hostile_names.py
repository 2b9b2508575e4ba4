"""Names of any kind are dumped, inventoried, compared and restored as they are."""

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings
from psycopg import sql

from cadangan.engines.postgres import (
    Target,
    check_contents,
    check_globals,
    choose,
    credentials,
    globals_command,
    inspect,
)
from cadangan.engines.postgres.own_server import PostgresServer
from cadangan.hosts import local
from tests.engines.postgres.dumping import dump, facts_of, inventory_of, restore
from tests.services.postgres import NewDatabase, databases_on
from tests.services.samples import role_on, run

NAMES = [
    'kutip "ganda"',
    "kutip 'tunggal'",
    "spasi di tengah",
    " spasi di tepi ",
    "baris\nbaru",
    "kembali\rke awal",
    "tab\tdan \x0b\x0c\x1c\x85\u2028 pemisah",
    "persen %s %d %(x)s %%",
    "$(touch /tmp/terkena) `id` ${HOME}",
    "kurung {table} {}",
    "garis\\miring\\",
    "titik.koma;titik dua:",
    "emoji 😀👩‍🚀",
    "aksara ꦗꦮ",
    "a" * 63,
    "é" * 31,
    "select",
    "user",
    "TABLE",
    "-f",
    "--help",
    "host=di.tempat.lain",
    "dbname=lain user=x",
    "postgresql://lain/basis",
    "a,b",
    "/tmp",
    "x'; DROP TABLE y; --",
    "#komentar",
    "*",
    "t.*",
]

# Those that a client program, a connection string or a password file could take for something else.
MISLEADING = [
    'kutip "ganda"',
    "kutip 'tunggal'",
    " spasi di tepi ",
    "baris\nbaru",
    "persen %s %d %(x)s %%",
    "garis\\miring\\",
    "titik.koma;titik dua:",
    "emoji 😀👩‍🚀",
    "é" * 31,
    "-f",
    "host=di.tempat.lain",
    "postgresql://lain/basis",
]


def build(target: Target, name: str) -> None:
    """Give this name to one object of each kind that carries people's names."""
    run(
        target,
        sql.SQL(
            """
            CREATE SCHEMA {n};
            CREATE TABLE {n}.{n} ({n} integer PRIMARY KEY, "isi lain" text);
            INSERT INTO {n}.{n} VALUES (1, {text}), (2, NULL);
            CREATE INDEX {index} ON {n}.{n} ("isi lain");
            CREATE VIEW {n}.{view} AS SELECT * FROM {n}.{n};
            CREATE SEQUENCE {n}.{sequence};
            CREATE TYPE {n}.{kind} AS ENUM ({text});
            CREATE FUNCTION {n}.{n}({n} {n}.{kind}) RETURNS integer LANGUAGE sql AS 'SELECT 1';
            CREATE FUNCTION {n}.pemicu() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
            CREATE TRIGGER {n} AFTER INSERT ON {n}.{n} FOR EACH ROW EXECUTE FUNCTION {n}.pemicu();
            ALTER TABLE {n}.{n} ADD CONSTRAINT {n} CHECK ({n} > 0);
            ALTER TABLE {n}.{n} ADD CONSTRAINT {unique} UNIQUE ("isi lain");
            """
        ).format(
            n=sql.Identifier(name),
            text=sql.Literal(name),
            # Relations and types share one list of names in a schema.
            **{part: sql.Identifier(f"{part} {name}"[:40]) for part in ("index", "view", "sequence", "kind", "unique")},
        ),
    )


def assert_comes_back(source: Target, copy: Target) -> None:
    dumped = dump(source)
    assert check_contents(dumped.listing(), dumped.inventory) == []
    restore(dumped, copy)
    assert inventory_of(copy) == dumped.inventory


def test_names_of_objects_come_back_as_they_are(new_database: NewDatabase) -> None:
    source, copy = new_database(), new_database()
    for name in NAMES:
        build(source, name)

    assert_comes_back(source, copy)

    assert {table.name for table in inventory_of(copy).tables} == set(NAMES)


@pytest.mark.parametrize("name", MISLEADING)
def test_a_database_of_any_name_is_inspected_and_dumped(postgres: PostgresServer, name: str) -> None:
    with databases_on(postgres) as make:
        source, copy = make(name), make()
        run(source, "CREATE TABLE di_sini AS SELECT 1 AS a")

        assert inspect(source, ()).blockers == ()
        assert_comes_back(source, copy)
        assert facts_of(copy, "di_sini").rows == 1


@pytest.mark.parametrize("name", MISLEADING)
def test_a_role_of_any_name_dumps_what_it_owns(postgres: PostgresServer, name: str) -> None:
    with databases_on(postgres) as make:
        superuser = make()
        owner = role_on(superuser, name, f"sandi:{name}".replace("\n", " ").replace("\r", " "))
        try:
            run(
                superuser,
                sql.SQL("GRANT CREATE ON DATABASE {} TO {}").format(
                    sql.Identifier(superuser.database), sql.Identifier(name)
                ),
            )
            run(owner, "CREATE SCHEMA milik; CREATE TABLE milik.sendiri AS SELECT 1 AS a")
            dumped = dump(owner)
            client = choose(18, ())
            with credentials(owner) as env:
                roles = local.run(globals_command(client, env, False), 60)

            assert check_contents(dumped.listing(), dumped.inventory) == []
            assert name in dumped.inventory.roles
            assert dumped.inventory.tables[0].owner == name
            assert roles.returncode == 0, roles.stderr
            assert check_globals(roles.stdout.decode(), roles.stdout.decode()) == []
            assert sql.Identifier(name).as_string() in roles.stdout.decode() or f"ROLE {name}" in roles.stdout.decode()
        finally:
            run(superuser, sql.SQL("DROP OWNED BY {n}; DROP ROLE {n}").format(n=sql.Identifier(name)))


def _is_a_name(text: str) -> bool:
    return 0 < len(text.encode()) <= 63 and not text.startswith("pg_") and text != "information_schema"


names = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), min_size=1, max_size=30).filter(
    _is_a_name
)


@settings(max_examples=10, deadline=None)
@given(taken=st.lists(names, min_size=1, max_size=8, unique=True))
def test_names_that_nobody_thought_of_come_back_as_they_are(postgres_debian: PostgresServer, taken: list[str]) -> None:
    with databases_on(postgres_debian) as make:
        source, copy = make(), make()
        for name in taken:
            run(
                source,
                sql.SQL("CREATE SCHEMA IF NOT EXISTS {n}; CREATE TABLE {n}.{n} AS SELECT {text} AS {n}").format(
                    n=sql.Identifier(name), text=sql.Literal(name)
                ),
            )

        assert_comes_back(source, copy)
