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
    owner = sql.Identifier(found["owner"])
    connection.execute(sql.SQL("ALTER DATABASE {} OWNER TO {}").format(name, owner))
    if found["connection_limit"] != _UNLIMITED:
        limit = sql.Literal(found["connection_limit"])
        connection.execute(sql.SQL("ALTER DATABASE {} CONNECTION LIMIT {}").format(name, limit))
    if found["comment"]:
        connection.execute(sql.SQL("COMMENT ON DATABASE {} IS {}").format(name, sql.Literal(found["comment"])))


def _grant(connection: Connection, name: sql.Identifier, grants: list[DictRow]) -> None:
    connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(name))
    for each in grants:
        to = sql.Identifier(each["grantee"]) if each["grantee"] is not None else sql.SQL("PUBLIC")
        option = sql.SQL(" WITH GRANT OPTION" if each["grantable"] else "")
        # One of three words of the server's own.
        privilege = sql.SQL(each["privilege"])
        connection.execute(sql.SQL("GRANT {} ON DATABASE {} TO {}{}").format(privilege, name, to, option))


def _set(connection: Connection, name: sql.Identifier, setting: DictRow) -> None:
    whose = sql.SQL("ALTER DATABASE {}").format(name)
    if setting["role"] is not None:
        whose = sql.SQL("ALTER ROLE {} IN DATABASE {}").format(sql.Identifier(setting["role"]), name)
    key = sql.SQL(".").join(sql.Identifier(part) for part in setting["name"].split("."))
    try:
        with connection.transaction():
            # As a value of this session first: it may be a list, whose text is no literal.
            connection.execute("SELECT set_config(%s, %s, true)", [setting["name"], setting["value"]])
            connection.execute(sql.SQL("{} SET {} FROM CURRENT").format(whose, key))
    except psycopg.errors.Error:
        _set_as_text(connection, sql.SQL("{} SET {} TO {}").format(whose, key, sql.Literal(setting["value"])), setting)


def _set_as_text(connection: Connection, statement: sql.Composed, setting: DictRow) -> None:
    try:
        with connection.transaction():
            connection.execute(statement)
    except psycopg.errors.Error as err:
        log.warning("The setting %s did not come along: %s", setting["name"], err.diag.message_primary)
