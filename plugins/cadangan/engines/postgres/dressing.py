"""What belongs to a database itself and is in no dump: its owner, privileges, settings, limit and comment."""

import logging

import psycopg
from psycopg import sql
from psycopg.rows import DictRow

from cadangan.engines.postgres.places import by_way
from cadangan.engines.postgres.queries import row, text
from cadangan.engines.postgres.target import Connection, Target

log = logging.getLogger(__name__)
_UNLIMITED = -1


def dress(target: Target, like: str) -> None:
    """Give the database of `target` what belongs to the database `like` itself, on the same server; see the contract.

    A setting that cannot be given is told in the log.

    :raises EngineError: the owner or the privileges could not be given.
    """
    name = sql.Identifier(target.database)
    with by_way(target) as connection, connection.transaction():
        found = row(connection, text("own_properties").format(name=sql.Literal(like)))
        _give(connection, name, found)
        if found["has_grants"]:
            _grant(connection, name, _of(connection, "own_grants", like))
        for setting in _of(connection, "own_settings", like):
            _set(connection, name, setting)


def _of(connection: Connection, query: str, like: str) -> list[DictRow]:
    return connection.execute(text(query).format(name=sql.Literal(like))).fetchall()


def _give(connection: Connection, name: sql.Identifier, found: DictRow) -> None:
    connection.execute(text("give_database").format(name=name, owner=sql.Identifier(found["owner"])))
    if found["connection_limit"] != _UNLIMITED:
        connection.execute(text("limit_database").format(name=name, limit=sql.Literal(found["connection_limit"])))
    if found["comment"]:
        connection.execute(text("comment_database").format(name=name, comment=sql.Literal(found["comment"])))


def _grant(connection: Connection, name: sql.Identifier, grants: list[DictRow]) -> None:
    connection.execute(text("revoke_database").format(name=name))
    for each in grants:
        to = sql.Identifier(each["grantee"]) if each["grantee"] is not None else sql.SQL("PUBLIC")
        statement = text("grant_database_on" if each["grantable"] else "grant_database")
        # One of three words of the server's own.
        connection.execute(statement.format(name=name, to=to, privilege=sql.SQL(each["privilege"])))


def _set(connection: Connection, name: sql.Identifier, setting: DictRow) -> None:
    statement, role = "set_for_database", sql.Identifier("")
    if setting["role"] is not None:
        statement, role = "set_for_role", sql.Identifier(setting["role"])
    key = sql.SQL(".").join(sql.Identifier(part) for part in setting["name"].split("."))
    value = sql.Literal(setting["value"])
    try:
        with connection.transaction():
            # As a value of this session first: it may be a list, whose text is no literal.
            connection.execute(text("set_here").format(key=sql.Literal(setting["name"]), value=value))
            connection.execute(text(statement).format(role=role, name=name, key=key))
    except psycopg.errors.Error:
        as_text = text(f"{statement}_as_text").format(role=role, name=name, key=key, value=value)
        _set_as_text(connection, as_text, setting["name"])


def _set_as_text(connection: Connection, statement: sql.Composed, name: str) -> None:
    try:
        with connection.transaction():
            connection.execute(statement)
    except psycopg.errors.Error as err:
        log.warning("The setting %s did not come along: %s", name, err.diag.message_primary)
