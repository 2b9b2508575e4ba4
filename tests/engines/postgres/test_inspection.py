"""The inspection tells what the verifier needs to know, and what to grant when something is missing."""

import pytest
from psycopg import sql

from cadangan.engines.postgres import Inspection, Target, check_contents, clients, inspect
from cadangan.engines.postgres.findings import _listed, blockers_and_warnings, quoted
from cadangan.engines.postgres.own_server import PostgresServer
from cadangan.engines.postgres.queries import session
from cadangan.engines.postgres.server import Server
from cadangan.engines.postgres.target import connect
from cadangan.errors import TargetUnreachable
from tests.engines.postgres.dumping import dump, inventory_of
from tests.services.postgres import NewDatabase, databases_on, target_on
from tests.services.samples import fill, role_on, run


@pytest.fixture
def guest(new_database: NewDatabase) -> tuple[Target, Target]:
    """The sample as the superuser reaches it, and as a role without any right."""
    superuser = fill(new_database())
    run(superuser, 'DROP ROLE IF EXISTS "akun cadangan"')
    yield superuser, role_on(superuser, "akun cadangan", "x")
    run(superuser, 'DROP OWNED BY "akun cadangan"; DROP ROLE "akun cadangan"')


def test_a_superuser_meets_no_blocker(database: Target) -> None:
    found = inspect(fill(database), ())

    assert found.blockers == ()
    assert (found.superuser, found.reads_passwords, found.standby) == (True, True, False)
    assert (found.encoding, found.collation) == ("UTF8", "C.UTF-8")
    assert found.server_version.startswith(f"{found.server_major}.")
    assert found.client.major == found.server_major
    assert found.tables == len(inventory_of(database).tables)
    assert {extension.name for extension in found.extensions} == {"citext", "pg_trgm", "plpgsql"}
    assert found.biggest[0].name == "pegawai"


def test_an_inspection_survives_json(database: Target) -> None:
    found = inspect(fill(database), ())

    assert Inspection.model_validate_json(found.model_dump_json()) == found


def test_blockers_name_what_to_grant_and_granting_it_is_enough(guest: tuple[Target, Target]) -> None:
    superuser, account = guest
    before = inspect(account, ())

    assert not before.superuser
    assert not before.reads_passwords
    text = "\n".join(before.blockers)
    assert "2 skema: arsip, kepegawaian" in text
    assert "tabel: arsip.berkas" in text
    assert "sekuens: arsip.nomor" in text
    assert 'GRANT pg_read_all_data TO "akun cadangan"' in text
    assert "5 objek besar" in text

    run(superuser, 'GRANT pg_read_all_data TO "akun cadangan"')
    grant_large_objects(superuser, "akun cadangan")
    assert inspect(account, ()).blockers == ()
    dumped = dump(account)
    assert dumped.inventory.tables == inventory_of(superuser).tables
    assert dumped.inventory.large_objects_digest == inventory_of(superuser).large_objects_digest
    problems = check_contents(dumped.listing(), dumped.inventory)
    assert problems == []


def grant_large_objects(superuser: Target, role: str) -> None:
    run(
        superuser,
        sql.SQL(
            "DO $$ DECLARE o oid; BEGIN FOR o IN SELECT oid FROM pg_largeobject_metadata LOOP "
            "EXECUTE format('GRANT SELECT ON LARGE OBJECT %s TO %I', o, {}); END LOOP; END $$"
        ).format(sql.Literal(role)),
    )


def test_rows_hidden_by_a_policy_are_a_blocker_until_the_account_bypasses_it(guest: tuple[Target, Target]) -> None:
    superuser, account = guest
    run(superuser, 'GRANT pg_read_all_data TO "akun cadangan"')
    grant_large_objects(superuser, "akun cadangan")
    run(superuser, "ALTER TABLE kepegawaian.unit ENABLE ROW LEVEL SECURITY")

    (blocker,) = inspect(account, ()).blockers
    assert "kepegawaian.unit" in blocker
    assert 'ALTER ROLE "akun cadangan" BYPASSRLS' in blocker

    run(superuser, 'ALTER ROLE "akun cadangan" BYPASSRLS')
    assert inspect(account, ()).blockers == ()


def test_an_account_that_reads_no_passwords_is_warned_of(guest: tuple[Target, Target]) -> None:
    _superuser, account = guest

    assert any("peran dicadangkan tanpa sandi" in warning for warning in inspect(account, ()).warnings)


def test_what_people_should_know_is_a_warning(database: Target) -> None:
    fill(database)
    run(database, "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'arsip.jumlah_status'::regclass")

    text = "\n".join(inspect(database, ()).warnings)

    assert "1 tabel UNLOGGED: arsip.sementara" in text
    assert "1 tabel asing: arsip.luar" in text
    assert "1 indeks tidak sah" in text
    assert "arsip.jumlah_status" in text


def test_a_database_without_encoding_is_a_warning(new_database: NewDatabase) -> None:
    target = new_database(options="ENCODING 'SQL_ASCII' LC_COLLATE 'C' LC_CTYPE 'C'")

    assert any("SQL_ASCII" in warning for warning in inspect(target, ()).warnings)


def test_a_collation_that_moved_is_a_warning(postgres_debian: PostgresServer) -> None:
    with databases_on(postgres_debian) as make:
        database = make()
        run(
            database,
            """
            CREATE COLLATION lokal (PROVIDER = icu, LOCALE = 'id');
            CREATE TABLE nama (nama text COLLATE lokal);
            UPDATE pg_collation SET collversion = '1.0' WHERE collname = 'lokal';
            """,
        )

        assert any("lokal" in warning and "REINDEX" in warning for warning in inspect(database, ()).warnings)


def test_long_lists_are_cut() -> None:
    """Five are named, the rest is counted."""
    assert _listed([str(n) for n in range(8)]) == "0, 1, 2, 3, 4, dan 3 lainnya"
    assert _listed(["a"]) == "a"


@pytest.mark.parametrize(
    ("version", "major", "blocked", "warned"),
    [("12.9", 12, True, False), ("13.0", 13, False, False), ("19.0", 19, False, True)],
)
def test_servers_outside_the_supported_versions_are_told(
    database: Target, version: str, major: int, blocked: bool, warned: bool
) -> None:
    server = Server(version, major, "UTF8", "C", reads_passwords=True)
    with session(database) as connection:
        blockers, warnings = blockers_and_warnings(connection, server, database)

    assert [version in text for text in blockers] == [True] * blocked
    assert [version in text for text in warnings] == [True] * warned


def test_no_fitting_client_is_a_blocker_that_names_the_package(
    postgres_18: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clients, "installed", lambda dirs, host: [])

    found = inspect(target_on(postgres_18, "postgres"), ())

    assert found.client is None
    assert "postgresql-client-18" in found.blockers[0]


@pytest.mark.parametrize("analysed", [True, False], ids=["analysed", "not analysed"])
def test_the_predicted_size_is_within_a_factor_of_two(database: Target, analysed: bool) -> None:
    fill(database, people=5000)
    run(database, "CREATE TABLE surat AS SELECT n, repeat(md5(n::text), 3) AS isi FROM generate_series(1, 20000) AS n")
    if analysed:
        run(database, "ANALYZE")

    predicted, raw = inspect(database, ()).predicted_bytes, len(dump(database).archive)

    assert raw / 2 <= predicted <= raw * 2


@pytest.mark.parametrize(
    ("name", "shown"), [("budi", "budi"), ("Budi", '"Budi"'), ("a b", '"a b"'), ('a"b', '"a""b"'), ("é", '"é"')]
)
def test_names_in_advice_are_quoted_as_sql_needs_it(name: str, shown: str) -> None:
    assert quoted(name) == shown


def test_a_server_that_does_not_answer_is_given_up(database: Target) -> None:
    with connect(database) as other, other.transaction(force_rollback=True):
        other.execute("LOCK TABLE pg_extension")
        with pytest.raises(TargetUnreachable, match="did not answer within 2 s"):
            inspect(database, (), answer_timeout=2)
