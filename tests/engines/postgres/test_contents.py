"""Every kind of object is inventoried, dumped, and missed when an archive lacks it."""

import re

import pytest

from cadangan.core.manifest import Inventory, InventoryObject, TableFacts
from cadangan.engines.postgres import (
    check_contents,
    check_globals,
    choose,
    client_of,
    clients,
    credentials,
    dump_command,
    globals_command,
    open_snapshot,
)
from cadangan.engines.postgres.own_server import PostgresServer
from cadangan.hosts import local
from tests.engines.postgres.dumping import LOCK_SECONDS, Dumped, dump, inventory_of, restore
from tests.engines.postgres.manifests import manifest
from tests.services.postgres import NewDatabase, databases_on, target_on
from tests.services.samples import fill, role_on, run

KINDS = {
    "aggregate", "cast", "check constraint", "collation", "constraint", "domain", "event trigger", "extension",
    "fk constraint", "foreign data wrapper", "foreign table", "function", "index", "materialized view", "operator",
    "partitioned table", "policy", "procedure", "publication", "rule", "schema", "sequence", "server", "statistics",
    "text search configuration", "text search dictionary", "trigger", "type", "user mapping", "view",
}  # fmt: skip
# Entries of an archive that go with an object of the inventory and are not looked for themselves.
GO_WITH_OTHERS = re.compile(
    r"COMMENT|SEQUENCE OWNED BY|TABLE ATTACH|INDEX ATTACH|DEFAULT|BLOB|MATERIALIZED VIEW DATA|PUBLICATION TABLE"
)


@pytest.fixture(scope="module", params=["postgres_18", "postgres_debian"])
def sample(request: pytest.FixtureRequest) -> Dumped:
    """The sample with an object of every kind, dumped from each server."""
    with databases_on(request.getfixturevalue(request.param)) as make:
        return dump(fill(make()))


def test_an_object_of_every_kind_is_inventoried(sample: Dumped) -> None:
    assert {item.kind for item in sample.inventory.objects} == KINDS


def test_functions_are_told_apart_by_their_arguments(sample: Dumped) -> None:
    found = {item.name for item in sample.inventory.objects if item.kind in ("function", "procedure", "aggregate")}

    assert {"salam(text, integer)", "salam(kepegawaian.alamat)", "gabung(text)", "bersihkan(integer)"} <= found


def test_extensions_carry_their_version_and_their_members_are_theirs(sample: Dumped) -> None:
    versions = {item.name: item.detail for item in sample.inventory.objects if item.kind == "extension"}

    assert versions.keys() == {"citext", "pg_trgm"}
    assert all(re.fullmatch(r"\d+\.\d+", version) for version in versions.values())
    assert not any(item.schema_name == "public" for item in sample.inventory.objects)


def test_a_whole_archive_lacks_nothing(sample: Dumped) -> None:
    assert check_contents(sample.listing(), sample.inventory) == []


def test_an_archive_holds_nothing_that_the_inventory_does_not_know(sample: Dumped) -> None:
    nothing = Inventory(tables=())
    lines = [line for line in sample.listing().split("\n") if re.match(r"\d+; ", line)]
    unknown = [
        line
        for line in lines
        if not GO_WITH_OTHERS.match(line.split(" ", 3)[3])
        and not check_contents(without(sample, line), sample.inventory)
    ]

    assert check_contents(sample.listing(), nothing) == []
    assert unknown == []


def without(sample: Dumped, line: str) -> str:
    return "\n".join(each for each in sample.listing().split("\n") if each != line)


@pytest.mark.parametrize(
    "entry",
    [
        "SCHEMA - arsip", "EXTENSION - citext", "TABLE kepegawaian unit", "TABLE DATA kepegawaian unit",
        "TABLE DATA kepegawaian kehadiran_2026", "TABLE kepegawaian kehadiran ", "VIEW kepegawaian aktif",
        "MATERIALIZED VIEW arsip jumlah", "SEQUENCE arsip nomor", "SEQUENCE SET arsip nomor",
        "FUNCTION kepegawaian salam(text, integer)", "PROCEDURE kepegawaian bersihkan(integer)",
        "TRIGGER kepegawaian pegawai catat ", "TRIGGER kepegawaian aktif catat_lihat", "EVENT TRIGGER - awasi",
        "INDEX kepegawaian pegawai_nama", "CONSTRAINT kepegawaian pegawai pegawai_pkey",
        "FK CONSTRAINT kepegawaian pegawai pegawai_unit_id_fkey", "TYPE kepegawaian status", "DOMAIN kepegawaian nip",
        "RULE arsip berkas tanpa_hapus", "POLICY kepegawaian unit milik_sendiri", "PUBLICATION - terbit",
        "COLLATION arsip urut", "CAST - CAST (kepegawaian.alamat AS text)", "SERVER - jauh", "BLOBS - ",
        "USER MAPPING - USER MAPPING postgres SERVER jauh", "STATISTICS kepegawaian pegawai_statistik",
    ],
)  # fmt: skip
def test_each_missing_entry_is_named(sample: Dumped, entry: str) -> None:
    (line,) = (each for each in sample.listing().split("\n") if re.match(rf"\d+; \d+ \d+ {re.escape(entry)}", each))

    problems = check_contents(without(sample, line), sample.inventory)

    assert len(problems) == 1
    assert entry.strip() in problems[0] or "large objects" in problems[0]


def test_a_table_is_not_taken_for_another_whose_name_begins_alike() -> None:
    tables = tuple(
        TableFacts(schema_name="public", name=name, owner="budi", rows=0, digest=None, digest_method="off")
        for name in ("data", "data lama")
    )
    listing = "1; 1259 2 TABLE public data lama budi\n2; 0 2 TABLE DATA public data lama budi\n"

    assert check_contents(listing, Inventory(tables=tables)) == [
        "no entry TABLE DATA public data budi",
        "no entry TABLE public data budi",
    ]


def test_names_that_look_alike_in_a_listing_are_counted() -> None:
    """`a b`.`c` and `a`.`b c` make the same line; both must be there."""
    views = tuple(
        InventoryObject(kind="view", schema_name=schema, name=name, owner="budi")
        for schema, name in (("a b", "c"), ("a", "b c"))
    )
    line = "1; 1259 2 VIEW a b c budi\n"

    assert check_contents(line * 2, Inventory(tables=(), objects=views)) == []
    assert len(check_contents(line, Inventory(tables=(), objects=views))) == 1


def test_an_empty_listing_lacks_everything(sample: Dumped) -> None:
    listed = [item for item in sample.inventory.objects if item.kind != "check constraint"]
    sequences = [item for item in listed if item.kind == "sequence"]

    problems = check_contents("", sample.inventory)

    assert len(problems) == len(listed) + len(sequences) + 2 * len(sample.inventory.tables) + 1


def test_a_restore_brings_back_every_object_with_its_owner(new_database: NewDatabase) -> None:
    source, copy = new_database(), new_database()
    fill(source)
    run(
        source,
        """
        DO $$ BEGIN CREATE ROLE "pemilik arsip"; EXCEPTION WHEN duplicate_object THEN NULL; END $$;
        ALTER SCHEMA arsip OWNER TO "pemilik arsip";
        ALTER TABLE arsip.berkas OWNER TO "pemilik arsip";
        ALTER FUNCTION kepegawaian.salam(text, integer) OWNER TO "pemilik arsip";
        """,
    )
    dumped = dump(source)
    restore(dumped, copy)

    assert inventory_of(copy) == dumped.inventory
    assert "pemilik arsip" in dumped.inventory.roles


def test_a_newer_client_dumps_an_older_server_whole(postgres_debian: PostgresServer) -> None:
    (newer,) = {client.major: client for client in clients.installed(()) if client.major == 18}.values()
    with databases_on(postgres_debian) as make:
        source = fill(make())
        with credentials(source) as env, open_snapshot(source, LOCK_SECONDS) as snapshot:
            done = local.run(dump_command(newer, env, snapshot.id, LOCK_SECONDS), 60)
            inventory = snapshot.inventory("text")

    assert done.returncode == 0, done.stderr
    assert check_contents(Dumped(done.stdout, inventory, newer).listing(), inventory) == []


def test_configuration_tables_of_extensions_are_counted_as_far_as_they_are_dumped(
    postgres_debian: PostgresServer,
) -> None:
    with databases_on(postgres_debian) as make:
        source = make()
        # No extension of the package has such tables, so one is made into one of citext's.
        run(
            source,
            """
            CREATE EXTENSION citext;
            CREATE TABLE bawaan (kunci text, sendiri boolean);
            INSERT INTO bawaan VALUES ('bawaan', false), ('sendiri', true);
            CREATE TABLE tersembunyi (a int);
            ALTER EXTENSION citext ADD TABLE bawaan;
            ALTER EXTENSION citext ADD TABLE tersembunyi;
            UPDATE pg_extension SET extconfig = ARRAY['bawaan'::regclass], extcondition = ARRAY['WHERE sendiri']
            WHERE extname = 'citext';
            """,
        )
        dumped = dump(source)

    (table,) = dumped.inventory.tables
    assert (table.name, table.rows) == ("bawaan", 1)
    assert check_contents(dumped.listing(), dumped.inventory) == []
    assert "TABLE DATA public bawaan" in dumped.listing()


def test_roles_memberships_and_grants_are_in_the_globals(postgres: PostgresServer) -> None:
    superuser = target_on(postgres, "postgres")
    run(superuser, "DROP ROLE IF EXISTS pembaca; DROP ROLE IF EXISTS kelompok; CREATE ROLE kelompok")
    role_on(superuser, "pembaca", "rahasia-sekali", ["GRANT kelompok TO {}", "ALTER ROLE {} SET work_mem = '8MB'"])
    client = choose(18, ())

    with credentials(superuser) as env:
        done = local.run(globals_command(client, env, True), 60)
        without_passwords = local.run(globals_command(client, env, False), 60)

    script = done.stdout.decode()
    assert check_globals(script, script) == []
    assert re.search(r"ALTER ROLE pembaca WITH .*LOGIN.* PASSWORD 'SCRAM-SHA-256", script)
    assert "GRANT kelompok TO pembaca" in script
    assert "ALTER ROLE pembaca SET work_mem TO '8MB'" in script
    assert "rahasia-sekali" not in script
    assert "SCRAM" not in without_passwords.stdout.decode()
    assert "CREATE ROLE pembaca" in without_passwords.stdout.decode()


def test_the_roles_that_a_database_needs_are_listed(new_database: NewDatabase) -> None:
    superuser = new_database()
    run(superuser, "DROP ROLE IF EXISTS diberi; DROP ROLE IF EXISTS asing")
    role_on(superuser, "diberi", "x")
    role_on(superuser, "asing", "x")
    run(superuser, "CREATE TABLE milik (); GRANT SELECT ON milik TO diberi")

    assert inventory_of(superuser).roles == ("diberi", superuser.user)


def test_a_cut_globals_script_is_told(postgres_18: PostgresServer) -> None:
    with credentials(target_on(postgres_18, "postgres")) as env:
        script = local.run(globals_command(choose(18, ()), env, True), 60).stdout.decode()

    assert check_globals(script, script[:-60]) != []
    assert check_globals(script[5:], script) != []


def test_the_reader_of_an_archive_is_of_the_major_that_wrote_it() -> None:
    assert client_of(manifest(pg_dump="18.1", server="16.4"), ()).major == 18
    assert client_of(manifest(pg_dump=None, server="15.2 (Debian)"), ()).major >= 15
