"""The accounts that a back-up needs, made from its globals where the server lacks them; others are left as they are."""

import contextlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import psycopg
from psycopg import sql

from cadangan.engines.postgres.queries import rows, text
from cadangan.engines.postgres.target import Connection

# On an account that was made for a rehearsal.
_MARK = "cadangan: akun sementara untuk uji pulih"
_STATEMENT = re.compile(r"""(?:'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|[^;'"-]|-(?!-))+;""")
_COMMENT_OR_META = re.compile(r"^(?:--[^\n]*|\\[^\n]*|\s*)\n", re.MULTILINE)
_NAME = r'(?P<{}>"(?:[^"]|"")+"|\w+)'
_OF_ROLE = re.compile(rf"(?P<verb>CREATE|ALTER|COMMENT ON) ROLE {_NAME.format('role')}[\s;]")
_MEMBERSHIP = re.compile(rf"(?P<grant>GRANT {_NAME.format('group')} TO {_NAME.format('role')})(?P<how>[^;]*);")
_GRANTOR = re.compile(r" GRANTED BY [^;]*")


@dataclass(frozen=True)
class _Statement:
    """One statement on one account.

    :param group: of which the statement makes it a member, else empty.
    """

    sql: str
    role: str
    group: str = ""


def make_missing(connection: Connection, script: str, needed: Sequence[str], enabled: bool) -> list[str]:
    """Make the `needed` accounts that the server lacks as the `script` of pg_dumpall has them, and return their names.

    :param enabled: whether they may log in with their passwords; those of a rehearsal may not, and are marked.
    :raises psycopg.Error: the account may not do that.
    """
    known = {found["name"] for found in rows(connection, "role_names")}
    missing = [name for name in needed if name not in known]
    present = known.union(missing)
    with connection.transaction():
        for statement in _statements(script):
            if statement.role in missing and (not statement.group or statement.group in present):
                # As it stands in the script, which pg_dumpall wrote and whose bytes are authenticated.
                connection.execute(statement.sql.encode())
        for name in () if enabled else missing:
            connection.execute(text("disable_role").format(name=sql.Identifier(name)))
            connection.execute(text("mark_role").format(name=sql.Identifier(name), mark=sql.Literal(_MARK)))
    return missing


def drop_made_roles(connection: Connection) -> None:
    """Remove the accounts that were made for rehearsals and that nothing belongs to any more."""
    for found in connection.execute(text("made_roles").format(mark=sql.Literal(_MARK))).fetchall():
        with contextlib.suppress(psycopg.errors.DependentObjectsStillExist, psycopg.errors.InsufficientPrivilege):
            connection.execute(text("drop_role").format(name=sql.Identifier(found["name"])))


def _statements(script: str) -> Iterator[_Statement]:
    for found in _STATEMENT.finditer(_COMMENT_OR_META.sub("", script)):
        statement = found[0].strip()
        if of_role := _OF_ROLE.match(statement):
            yield _Statement(statement, _unquoted(of_role["role"]))
        elif membership := _MEMBERSHIP.match(statement):
            # Whoever granted it there need not exist here, or be allowed to.
            how = _GRANTOR.sub("", membership["how"])
            yield _Statement(
                f"{membership['grant']}{how};", _unquoted(membership["role"]), _unquoted(membership["group"])
            )


def _unquoted(name: str) -> str:
    return name[1:-1].replace('""', '"') if name.startswith('"') else name
