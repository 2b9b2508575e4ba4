"""The sample application has one of everything that a dump must carry, the same on every build."""

import psycopg
import pytest
from psycopg import sql

from cadangan.demo.sample import SAMPLE, Account, Accounts, create_databases, fill_sample
from cadangan.engines.postgres.own_server import PostgresServer
from tests.services.postgres import running

KINDS = {
    "table": "relkind = 'r'",
    "partitioned table": "relkind = 'p'",
    "view": "relkind = 'v'",
    "materialised view": "relkind = 'm'",
    "sequence": "relkind = 'S'",
    "index": "relkind = 'i'",
}
OBJECTS = {
    **{
        kind: f"SELECT count(*) FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace WHERE {test}"
        " AND nspname IN ('kepegawaian', 'referensi')"
        for kind, test in KINDS.items()
    },
    "schema": "SELECT count(*) FROM pg_namespace WHERE nspname IN ('kepegawaian', 'referensi')",
    "function": "SELECT count(*) FROM pg_proc WHERE pronamespace = 'kepegawaian'::regnamespace",
    "trigger": "SELECT count(*) FROM pg_trigger WHERE tgrelid = 'kepegawaian.pegawai'::regclass AND NOT tgisinternal",
    "foreign key": "SELECT count(*) FROM pg_constraint WHERE contype = 'f'",
    "check": "SELECT count(*) FROM pg_constraint WHERE contype = 'c' AND connamespace = 'kepegawaian'::regnamespace",
    "enumeration": "SELECT count(*) FROM pg_type WHERE typtype = 'e'",
    "domain": "SELECT count(*) FROM pg_type WHERE typtype = 'd' AND typname = 'nip'",
    "extension": "SELECT count(*) FROM pg_extension WHERE extname IN ('citext', 'pg_trgm')",
    "large object": "SELECT count(*) FROM pg_largeobject_metadata",
}


def address(server: PostgresServer, account: Account, database: str = SAMPLE) -> str:
    return f"postgresql://{account.name}:{account.password}@{server.host}:{server.port}/{database}"


@pytest.fixture(scope="module")
def accounts() -> Accounts:
    return Accounts()


@pytest.fixture(scope="module")
def server(accounts: Accounts) -> PostgresServer:
    with running() as server:
        create_databases(server.dsn(), accounts)
        fill_sample(address(server, accounts.application))
        yield server


def content(connection: psycopg.Connection) -> dict[str, tuple[int, str]]:
    """Return count and digest of every table."""
    tables = connection.execute(
        "SELECT schemaname, tablename FROM pg_tables WHERE schemaname IN ('kepegawaian', 'referensi') ORDER BY 1, 2"
    ).fetchall()
    query = sql.SQL("SELECT count(*), md5(string_agg(t::text, '|' ORDER BY t::text)) FROM {} AS t")
    return {".".join(table): connection.execute(query.format(sql.Identifier(*table))).fetchone() for table in tables}


@pytest.mark.parametrize("kind", OBJECTS)
def test_it_has_one_of_everything(server: PostgresServer, accounts: Accounts, kind: str) -> None:
    with psycopg.connect(address(server, accounts.application)) as connection:
        assert connection.execute(OBJECTS[kind]).fetchone()[0] > 0


def test_it_has_tens_of_thousands_of_rows_and_filled_views(server: PostgresServer, accounts: Accounts) -> None:
    with psycopg.connect(address(server, accounts.application)) as connection:
        counts = {table: rows for table, (rows, _) in content(connection).items()}
        assert 20_000 < sum(counts.values()) < 200_000
        assert all(counts.values()), counts
        for view in ("daftar_urut_kepangkatan", "sisa_cuti_tahunan", "rekap_unit"):
            query = sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier("kepegawaian", view))
            assert connection.execute(query).fetchone()[0] > 10


def test_a_second_build_on_another_major_has_the_same_content(
    server: PostgresServer, accounts: Accounts, postgres_debian: PostgresServer
) -> None:
    others = Accounts()
    create_databases(postgres_debian.dsn(), others)
    try:
        fill_sample(address(postgres_debian, others.application))
        with (
            psycopg.connect(address(server, accounts.application)) as one,
            psycopg.connect(address(postgres_debian, others.application)) as two,
        ):
            # Identifiers of large objects are the server's choice.
            assert _without_oids(content(one)) == _without_oids(content(two))
    finally:
        _drop(postgres_debian, others)


def test_the_back_up_role_reads_everything_and_writes_nothing(server: PostgresServer, accounts: Accounts) -> None:
    with psycopg.connect(address(server, accounts.backup), autocommit=True) as connection:
        content(connection)
        for (oid,) in connection.execute("SELECT isi FROM kepegawaian.lampiran").fetchall():
            assert connection.execute("SELECT length(lo_get(%s))", [oid]).fetchone()[0] > 0
        for statement in (
            "DELETE FROM kepegawaian.cuti",
            "CREATE TABLE kepegawaian.mine ()",
            "SELECT nextval('kepegawaian.nomor_sk')",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(statement)


def test_the_back_up_role_reaches_no_other_database(server: PostgresServer, accounts: Accounts) -> None:
    for owner in (accounts.airflow, accounts.register):
        with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
            psycopg.connect(address(server, accounts.backup, owner.name))


def test_roles_reach_their_own_databases_with_their_passwords_only(server: PostgresServer, accounts: Accounts) -> None:
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(address(server, Account(accounts.application.name, "guess")))
    for account in (accounts.airflow, accounts.register):
        with psycopg.connect(address(server, account, account.name)) as connection:
            connection.execute("CREATE TABLE mine (id int)")


def _without_oids(found: dict[str, tuple[int, str]]) -> dict[str, tuple[int, str]]:
    return {table: facts for table, facts in found.items() if table != "kepegawaian.lampiran"}


def _drop(server: PostgresServer, accounts: Accounts) -> None:
    with psycopg.connect(server.dsn(), autocommit=True) as connection:
        for database in (accounts.airflow.name, accounts.register.name, SAMPLE):
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(database)))
        for account in (accounts.airflow, accounts.register, accounts.application, accounts.backup):
            connection.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(account.name)))
