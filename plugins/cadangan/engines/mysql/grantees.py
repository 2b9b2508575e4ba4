"""The accounts that a back-up needs, made from its script where the server lacks them; others are left as they are."""

import contextlib
import re
import secrets
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import MySQLdb

from cadangan.engines.mysql.accounts import BEGIN, END, account_names
from cadangan.engines.mysql.privileges import moved, needs_what_it_is_on
from cadangan.engines.mysql.queries import execute, text
from cadangan.engines.mysql.quoting import account, identifier, pattern
from cadangan.engines.mysql.target import Connection
from cadangan.errors import RestoreFailed

# A database that never is: a privilege on it marks an account that was made for a rehearsal.
_MARK = "cadangan_uji_akun"
_STATEMENT = re.compile(r"(?:'(?:[^'\\]|\\.|'')*'|`(?:[^`]|``)*`|[^;'`])+;", re.DOTALL)
_NAME = r"`(?:[^`]|``)*`|'(?:[^'\\]|\\.|'')*'"
_ACCOUNT = rf"(?P<user>{_NAME})(?:@(?P<host>{_NAME}))?"
_MADE = re.compile(rf"CREATE (?P<what>USER|ROLE) IF NOT EXISTS {_ACCOUNT}", re.DOTALL)
_GIVEN = re.compile(rf"(?:GRANT .*? TO|SET DEFAULT ROLE .*? FOR) {_ACCOUNT}(?: WITH GRANT OPTION)?;", re.DOTALL)


@dataclass(frozen=True)
class _Statement:
    """One statement on one account.

    :param name: as people write it.
    :param makes: "USER", "ROLE", or nothing where it gives something.
    """

    sql: str
    name: str
    quoted: str
    makes: str


class Grantees:
    """The accounts of a script that are to be made for a database.

    :raises RestoreFailed: the script is not whole, or makes not all of the `needed`.
    """

    def __init__(self, script: str, needed: Sequence[str]) -> None:
        if not (script.startswith(BEGIN) and script.endswith(END)):
            raise RestoreFailed("The script of the accounts is not whole: its first or last line is not there.")
        self._statements = tuple(_statements(script.removeprefix(BEGIN).removesuffix(END)))
        lacking = set(needed) - {each.name for each in self._statements if each.makes}
        if lacking:
            raise RestoreFailed(f"The script of the accounts does not make {', '.join(sorted(lacking))}.")
        self._missing: frozenset[str] = frozenset()

    def make(self, connection: Connection, how: Callable[[Connection, "_Statement"], object]) -> list[str]:
        """Make those that the server lacks, and return their names; see `as_they_were` and `for_rehearsal`."""
        known = account_names(connection) - _marked(connection).keys()
        making = [each for each in self._statements if each.makes and each.name not in known]
        for each in making:
            how(connection, each)
        self._missing = frozenset(each.name for each in making)
        return sorted(self._missing)

    def give_early(self, connection: Connection, source: str, database: str) -> None:
        """Give those that were made what the script gives and what needs no table or routine to be there.

        :param database: that goes by the name of `source` in the script.
        """
        for each in self._given():
            if not needs_what_it_is_on(each.sql):
                execute(connection, moved(each.sql, source, database))

    def give_late(self, connection: Connection, source: str, database: str) -> None:
        """Give the rest; see `give_early`."""
        for each in self._given():
            if needs_what_it_is_on(each.sql):
                execute(connection, moved(each.sql, source, database))

    def give_all(self, connection: Connection, database: str) -> None:
        """Let those that were made do all on `database`, and nothing anywhere else."""
        for each in self._statements:
            if each.makes and each.name in self._missing:
                execute(connection, text("grant_all").format(database=pattern(database), account=each.quoted))

    def _given(self) -> Iterator[_Statement]:
        return (each for each in self._statements if not each.makes and each.name in self._missing)


def as_they_were(connection: Connection, made: _Statement) -> None:
    """Make an account with its password."""
    execute(connection, made.sql)


def for_rehearsal(connection: Connection, made: _Statement) -> None:
    """Make an account that nobody can log in to, and mark it."""
    if made.makes == "ROLE":
        execute(connection, made.sql)
    else:
        # No password would be a weak one for servers that look at that.
        statement = text("create_locked_account").format(account=made.quoted.replace("%", "%%"))
        execute(connection, statement, [f"{secrets.token_urlsafe(24)}-aA1"])
    execute(connection, text("mark_account").format(mark=identifier(_MARK), account=made.quoted))


def drop_made(connection: Connection) -> None:
    """Remove the accounts that were made for rehearsals."""
    for quoted, what in _marked(connection).values():
        with contextlib.suppress(MySQLdb.Error):
            execute(connection, text("drop_account").format(what=what, account=quoted))


def _marked(connection: Connection) -> dict[str, tuple[str, str]]:
    """Return the quoted name and the kind of each account that was made for a rehearsal, by its name."""
    marked = {}
    for found in execute(connection, text("marked_accounts"), [_MARK]):
        user, host = found["User"], found["Host"]
        name, what = (f"{user}@{host}", "USER") if host else (user, "ROLE")
        marked[name] = account(user, host or None), what
    return marked


def _statements(script: str) -> Iterator[_Statement]:
    for found in _STATEMENT.finditer(script):
        statement = found[0].strip()
        if head := _MADE.match(statement) or _GIVEN.fullmatch(statement):
            makes = head.groupdict().get("what") or ""
            user, host = _unquoted(head["user"]), head["host"]
            name = user if host is None else f"{user}@{_unquoted(host)}"
            quoted = account(user, None if host is None else _unquoted(host))
            yield _Statement(statement, name, quoted, makes)


def _unquoted(name: str) -> str:
    if name.startswith("`"):
        return name[1:-1].replace("``", "`")
    return re.sub(r"\\(.)|''", lambda found: found[1] or "'", name[1:-1], flags=re.DOTALL)
