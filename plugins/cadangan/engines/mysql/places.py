"""Databases made beside others, and removed again."""

import contextlib
from collections.abc import Iterator
from dataclasses import replace

import MySQLdb
from MySQLdb.constants import ER

from cadangan.core.manifest import Manifest
from cadangan.core.side_names import Purpose, SideName, parse_side_name
from cadangan.engines.mysql.grantees import drop_made
from cadangan.engines.mysql.queries import execute, row, session, text
from cadangan.engines.mysql.quoting import identifier
from cadangan.engines.mysql.target import Connection, Target
from cadangan.errors import NameInvalid, RestoreRefused

# Every server has it.
_ANYWHERE = "utf8mb4"
_LOCK_SECONDS = 60
_NO_COLLATION = frozenset({ER.UNKNOWN_COLLATION, ER.COLLATION_CHARSET_MISMATCH})


def side(target: Target, name: SideName) -> Target:
    """Return another database on the server of `target`; see the contract."""
    return target if target.throwaway else replace(target, database=str(name))


def sides(target: Target) -> list[SideName]:
    """Return the names of the databases on that server that Cadangan made."""
    with session(target) as connection:
        return list(_sides(connection))


def create(target: Target, manifest: Manifest) -> None:
    """Make the database, empty; see the contract."""
    source = manifest.source
    names = {"database": identifier(target.database), "encoding": identifier(source.encoding or _ANYWHERE)}
    with session(target) as connection:
        try:
            execute(connection, text("create_database").format(**names, collation=identifier(source.collation)))
        except MySQLdb.Error as err:
            if err.args[0] not in _NO_COLLATION:
                raise
            # Only what is made in it later depends on its collation, and the comparison says so.
            execute(connection, text("create_database_anywhere").format(**names))


def is_empty(target: Target) -> bool:
    """Return whether the database holds nothing."""
    with session(target) as connection:
        return bool(row(connection, text("is_empty"), {"database": target.database})["empty"])


def exists(target: Target) -> bool:
    """Return whether the server has the database."""
    with session(target) as connection:
        return any(found["name"] == target.database for found in execute(connection, text("every_database")))


def drop(target: Target) -> None:
    """Remove the database, and the accounts that were made for rehearsals once there is none; see the contract."""
    if not (target.throwaway or _side_name(target)):
        raise RestoreRefused(
            f"{target.database} on {target.host} was not dropped: it is not a database that Cadangan made. Drop it by "
            "hand if it is to go."
        )
    with session(target) as connection:
        _end_sessions(connection, target)
        execute(connection, text("lock_timeout"), [_LOCK_SECONDS])
        execute(connection, text("drop_database").format(database=identifier(target.database)))
        rehearsing = any(other.purpose is Purpose.REHEARSAL for other in _sides(connection))
        if is_rehearsal(target) and not rehearsing:
            drop_made(connection)


def is_rehearsal(target: Target) -> bool:
    """Return whether the database is one that is thrown away after its comparison."""
    name = _side_name(target)
    return target.throwaway or (name is not None and name.purpose is Purpose.REHEARSAL)


def _side_name(target: Target) -> SideName | None:
    try:
        return parse_side_name(target.database)
    except NameInvalid:
        return None


def _sides(connection: Connection) -> Iterator[SideName]:
    for found in execute(connection, text("every_database")):
        with contextlib.suppress(NameInvalid):
            yield parse_side_name(found["name"])


def _end_sessions(connection: Connection, target: Target) -> None:
    for found in execute(connection, text("sessions")):
        if found["db"] == target.database:
            with contextlib.suppress(MySQLdb.OperationalError):  # it has gone meanwhile
                execute(connection, text("kill_session").format(id=found["Id"]))
