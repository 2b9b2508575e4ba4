"""Databases made beside others, and removed again."""

import contextlib
from collections.abc import Iterator
from dataclasses import replace

import psycopg
from psycopg import sql

from cadangan.core.manifest import Manifest
from cadangan.core.side_names import Purpose, SideName, parse_side_name
from cadangan.engines.postgres.queries import row, rows, session, text
from cadangan.engines.postgres.roles import drop_made_roles
from cadangan.engines.postgres.target import Connection, Target
from cadangan.errors import NameInvalid, RestoreRefused

# It sorts by bytes, every server has it, and it goes with every encoding.
_ANYWHERE = "C"


def side(target: Target, name: SideName) -> Target:
    """Return another database on the server of `target`; see the contract."""
    return replace(target, database=str(name), by_way=target.database)


def sides(target: Target) -> list[SideName]:
    """Return the names of the databases on that server that Cadangan made."""
    with by_way(target) as connection:
        return list(_sides(connection))


def create(target: Target, manifest: Manifest) -> None:
    """Make the database, empty; see the contract."""
    source = manifest.source
    with by_way(target) as connection:
        try:
            _create(connection, target, source.encoding or "UTF8", source.collation or _ANYWHERE)
        except psycopg.errors.WrongObjectType:
            # That machine does not have this locale. Only the order of texts depends on it, and the comparison says so.
            _create(connection, target, source.encoding or "UTF8", _ANYWHERE)


def is_empty(target: Target) -> bool:
    """Return whether the database holds nothing."""
    with session(target) as connection:
        empty: bool = row(connection, "is_empty")["empty"]
        return empty


def drop(target: Target) -> None:
    """Remove the database, and the accounts that were made for rehearsals once there is none; see the contract."""
    try:
        name = parse_side_name(target.database)
    except NameInvalid as err:
        raise RestoreRefused(
            f"{target.database} on {target.host} was not dropped: it is not a database that Cadangan made. Drop it by "
            "hand if it is to go."
        ) from err
    with by_way(target) as connection:
        connection.execute(text("drop_database").format(name=sql.Identifier(target.database)))
        rehearsing = any(other.purpose is Purpose.REHEARSAL for other in _sides(connection))
        if name.purpose is Purpose.REHEARSAL and not rehearsing:
            drop_made_roles(connection)


def exists(target: Target) -> bool:
    """Return whether the server has the database."""
    with by_way(target) as connection:
        return any(found["name"] == target.database for found in rows(connection, "side_databases"))


@contextlib.contextmanager
def by_way(target: Target) -> Iterator[Connection]:
    """Give a session on the server of `target` in a database that exists."""
    with session(replace(target, database=target.by_way)) as connection:
        yield connection


def _sides(connection: Connection) -> Iterator[SideName]:
    for found in rows(connection, "side_databases"):
        with contextlib.suppress(NameInvalid):
            yield parse_side_name(found["name"])


def _create(connection: Connection, target: Target, encoding: str, collation: str) -> None:
    composed = text("create_database").format(
        name=sql.Identifier(target.database), encoding=sql.Literal(encoding), collation=sql.Literal(collation)
    )
    connection.execute(composed)
