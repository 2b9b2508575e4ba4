"""The accounts that have a part in a database, as a script that brings them back: it leaves those that exist alone."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import MySQLdb

from cadangan.engines.mysql.privileges import parse
from cadangan.engines.mysql.queries import Row, execute, text
from cadangan.engines.mysql.quoting import account
from cadangan.engines.mysql.server import Server
from cadangan.engines.mysql.target import Connection

BEGIN = "-- Accounts of a database, by Cadangan\n"
END = "-- Accounts completed\n"
# They belong to the server's own works.
_RESERVED = frozenset({"mysql.sys", "mysql.session", "mysql.infoschema", "mariadb.sys", "PUBLIC", ""})
_TEXTS = re.compile(r"'(?:[^'\\]|\\.|'')*'", re.DOTALL)
_USER = "CREATE USER "


@dataclass(frozen=True)
class Account:
    """An account or role of the server.

    :param name: as people write it, "user@host"; a MariaDB role has no host.
    """

    name: str
    quoted: str
    role: bool
    grants: tuple[str, ...]

    def reaches(self, database: str) -> bool:
        """Return whether it has a privilege on `database`, or on all."""
        return any(_is_on(line, database) for line in self.grants)


def read_accounts(connection: Connection, server: Server) -> tuple[Account, ...]:
    """Return all accounts and roles of the server; the connection's account must read the database `mysql`."""
    if server.flavour == "MySQL" and server.release >= (8, 0, 17):
        execute(connection, text("settings_accounts_mysql"))
    return tuple(_accounts(connection, execute(connection, text("accounts"))))


def account_names(connection: Connection) -> frozenset[str]:
    """Return the names of all accounts and roles, as people write them."""
    found = execute(connection, text("accounts"))
    return frozenset(each["User"] if _is_a_role(each) else f"{each['User']}@{each['Host']}" for each in found)


def concerned(accounts: Iterable[Account], database: str, definers: Iterable[str]) -> tuple[Account, ...]:
    """Return those that have privileges on `database` or defined something in it, and the roles given to them."""
    every = tuple(accounts)
    wanted = set(definers)
    chosen = {each for each in every if each.name in wanted or each.reaches(database)}
    while more := {role for role in every if role not in chosen and any(_is_given(role, each) for each in chosen)}:
        chosen |= more
    return tuple(each for each in every if each in chosen)


def script(connection: Connection, accounts: Sequence[Account], database: str) -> str:
    """Return the SQL that makes these accounts where they are not, and gives them roles and what they may do on
    `database` or on all."""
    # Roles first: an account may be made with one as its default.
    made = [_made(connection, each) for each in sorted(accounts, key=lambda each: not each.role)]
    given = [line for each in accounts for line in _given(each, database)]
    return BEGIN + "".join(f"{statement};\n" for statement in (*made, *given)) + END


def _accounts(connection: Connection, found: Iterable[Row]) -> Iterator[Account]:
    for each in found:
        user, role = each["User"], _is_a_role(each)
        if user in _RESERVED:
            continue
        quoted = account(user, None if role else each["Host"])
        try:
            lines = execute(connection, text("show_grants").format(account=quoted))
        except MySQLdb.Error:
            if not role:
                raise
            lines = []  # a role that was dropped a moment ago
        grants = tuple(next(iter(line.values())) for line in lines)
        yield Account(user if role else f"{user}@{each['Host']}", quoted, role, grants)


def _is_a_role(found: Row) -> bool:
    return found.get("is_role") == "Y"


def _made(connection: Connection, each: Account) -> str:
    if each.role:
        return f"CREATE ROLE IF NOT EXISTS {each.quoted}"
    made: str = next(iter(execute(connection, text("show_account").format(account=each.quoted))[0].values()))
    return f"{_USER}IF NOT EXISTS {made.removeprefix(_USER)}"


def _given(each: Account, database: str) -> Iterator[str]:
    for line in each.grants:
        head, found, rest = line.partition(f" TO {each.quoted}")
        if line.startswith("SET DEFAULT ROLE") or (found and _is_role(line)):
            yield line
        elif found and _is_on(line, database):
            # What is left is how the account logs in, which making it has said; a GRANT would set it again.
            yield f"{head}{found}{' WITH GRANT OPTION' if 'GRANT OPTION' in _TEXTS.sub('', rest) else ''}"


def _is_on(line: str, database: str) -> bool:
    """Return whether a grant gives something on `database` or on all."""
    return any(grant.reaches(database) and grant.privileges != {"USAGE"} for grant in parse([line]))


def _is_role(line: str) -> bool:
    return line.startswith("GRANT `") and not list(parse([line]))


def _is_given(role: Account, to: Account) -> bool:
    return any(line.startswith(f"GRANT {role.quoted} TO ") for line in to.grants)
