"""What a verifier and a planner need to know of a database before anyone dumps it."""

from collections.abc import Sequence

from psycopg import sql
from psycopg.rows import DictRow
from pydantic import BaseModel, ConfigDict

from cadangan.engines import contract
from cadangan.engines.postgres.clients import Client, choose
from cadangan.engines.postgres.findings import blockers_and_warnings, names_as_blocker
from cadangan.engines.postgres.names import unreadable_names
from cadangan.engines.postgres.queries import answering, row, rows, session, text
from cadangan.engines.postgres.server import Server, describe
from cadangan.engines.postgres.tables import dumped_tables
from cadangan.engines.postgres.target import Connection, Target
from cadangan.errors import ClientMissing
from cadangan.hosts import local
from cadangan.hosts.host import Host

_BIGGEST = 10


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class TableSize(_Record):
    """A table's estimated rows, and its bytes without indexes."""

    schema_name: str
    name: str
    estimated_rows: int
    bytes: int


class Extension(_Record):
    """An installed extension."""

    name: str
    version: str


class Inspection(contract.Inspection):
    """The evidence for the verification and the plan.

    :param reads_passwords: whether the account may read the roles' password hashes.
    :param client: the programs that will dump, None where none fits.
    """

    server_major: int
    standby: bool
    superuser: bool
    reads_passwords: bool
    estimated_rows: int
    biggest: tuple[TableSize, ...]
    extensions: tuple[Extension, ...]
    client: Client | None


def inspect(
    target: Target, client_dirs: Sequence[str], host: Host = local, answer_timeout: float = 300.0
) -> Inspection:
    """Return what can be told of the database of `target` without reading its rows.

    :param client_dirs: folders to look for clients in, beside the usual ones.
    :param host: where the client would run.
    :param answer_timeout: seconds that the server has for all of its answers.
    :raises TargetUnreachable: the server did not answer, or refused the credentials.
    """
    with session(target) as connection, answering(connection, target, answer_timeout):
        server = describe(connection)
        database = row(connection, "database")
        client, without = _client(server, client_dirs, host)
        # Where a name cannot be read, whatever else is asked of the catalogue would fail on it.
        names = unreadable_names(connection, server)
        sizes = [] if names else _sizes(connection)
        blockers, warnings = names_as_blocker(names) if names else blockers_and_warnings(connection, server, target)
        return Inspection(
            server_version=server.version,
            server_major=server.major,
            encoding=server.encoding,
            collation=server.collation,
            standby=database["standby"],
            superuser=database["superuser"],
            reads_passwords=server.reads_passwords,
            size_bytes=database["size_bytes"],
            predicted_bytes=sum(map(_dumped_bytes, sizes)) + database["large_object_bytes"],
            tables=len(sizes),
            estimated_rows=sum(size["estimated_rows"] for size in sizes),
            biggest=tuple(_table_size(size) for size in sizes[:_BIGGEST]),
            extensions=tuple(Extension(**found) for found in rows(connection, "extensions")),
            client=client,
            dumps_with=f"pg_dump {client.version}" if client else None,
            blockers=(*without, *blockers),
            warnings=(*(client.warnings if client else ()), *warnings),
        )


def _client(server: Server, client_dirs: Sequence[str], host: Host) -> tuple[Client | None, tuple[str, ...]]:
    where = "mesin pekerja" if host is local else f"mesin {host.name}"
    try:
        return choose(server.major, client_dirs, host), ()
    except ClientMissing:
        return None, (
            f"Tidak ada klien yang cocok untuk server PostgreSQL {server.version}. "
            f"Pasang paket postgresql-client-{server.major} (sumber: apt.postgresql.org) pada {where}.",
        )


def _sizes(connection: Connection) -> list[DictRow]:
    """Return the sizes of the tables that a dump holds, the biggest first."""
    tables = sql.Literal([table.oid for table in dumped_tables(connection)])
    found = connection.execute(text("table_sizes").format(tables=tables)).fetchall()
    return sorted(found, key=lambda size: -(size["row_bytes"] + size["aside_bytes"]))


def _dumped_bytes(size: DictRow) -> int:
    """Estimate what a table takes in a dump: by its statistics where there are any, else by its pages."""
    rows_bytes: int = size["estimated_rows"] * size["width"] or size["row_bytes"]
    aside_bytes: int = size["aside_bytes"]
    return rows_bytes + aside_bytes


def _table_size(size: DictRow) -> TableSize:
    return TableSize(
        schema_name=size["schema_name"],
        name=size["name"],
        estimated_rows=size["estimated_rows"],
        bytes=size["row_bytes"] + size["aside_bytes"],
    )
