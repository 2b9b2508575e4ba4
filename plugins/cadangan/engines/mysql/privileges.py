"""What an account may do, read from its grants; for what it may not read, the server hides without a word."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from cadangan.engines.mysql.queries import execute, row, text
from cadangan.engines.mysql.quoting import identifier, pattern
from cadangan.engines.mysql.server import Server
from cadangan.engines.mysql.target import Connection

_NAME = r"\*|`(?:[^`]|``)*`"
_GRANT = re.compile(
    r"(?P<act>GRANT|REVOKE) (?P<what>(?:[^`]|`(?:[^`]|``)*`)+?)"
    rf" ON (?:[A-Z ]+ )?(?P<schema>{_NAME})\.(?P<table>{_NAME}) (?:TO|FROM) "
)
_ALL = "ALL PRIVILEGES"
# Without them tables, the texts of views, triggers and events are left out of a dump unseen.
READING = ("SELECT", "SHOW VIEW", "TRIGGER", "EVENT")


@dataclass(frozen=True)
class Grant:
    """One line of SHOW GRANTS; a schema or table (or routine) of None stands for all."""

    act: str
    privileges: frozenset[str]
    schema: str | None
    table: str | None

    def covers(self, privilege: str, database: str) -> bool:
        """Return whether it gives (or takes) `privilege` on all of `database`."""
        return self.table is None and self.reaches(database) and bool({privilege, _ALL} & self.privileges)

    def reaches(self, database: str) -> bool:
        """Return whether it is on `database`, whose name may be written as a pattern."""
        return self.schema is None or self.schema == database or _pattern(self.schema).fullmatch(database) is not None


@dataclass(frozen=True)
class Grants:
    """All grants of an account, those of its active roles included."""

    lines: tuple[Grant, ...]

    def has(self, privilege: str, database: str) -> bool:
        """Return whether the account has `privilege` on all of `database`."""
        found = {grant.act for grant in self.lines if grant.covers(privilege, database)}
        return found == {"GRANT"}

    def everywhere(self, privilege: str) -> bool:
        """Return whether the account has `privilege` on the whole server."""
        wanted = {privilege, _ALL}
        return any(grant.act == "GRANT" and grant.schema is None and wanted & grant.privileges for grant in self.lines)


def read_grants(connection: Connection, server: Server) -> Grants:
    """Return the grants of the connection's own account."""
    statement = text("grants")
    if server.flavour == "MySQL" and server.release >= (8, 0, 0):
        # MariaDB lists those of the active role by itself; the text of the roles comes quoted from the server.
        roles = row(connection, text("current_role"))["roles"]
        if roles != "NONE":
            statement = text("grants_with_roles").format(roles=roles)
    return Grants(tuple(parse(next(iter(line.values())) for line in execute(connection, statement))))


def parse(lines: Iterable[str]) -> Iterator[Grant]:
    """Yield the grants on databases and tables in what SHOW GRANTS returns."""
    for line in lines:
        if found := _GRANT.match(line):
            # One on some columns alone, "SELECT (a)", is none that we know, and rightly so.
            names = frozenset(name.strip() for name in found["what"].split(","))
            yield Grant(found["act"], names, _unquoted(found["schema"]), _unquoted(found["table"]))


def moved(statement: str, source: str, database: str) -> str:
    """Return a GRANT on `source` as one on `database`; any other statement stays as it is."""
    found = _GRANT.match(statement)
    if found is None or found["schema"] == "*" or not _pattern(_unquoted(found["schema"]) or "").fullmatch(source):
        return statement
    name = pattern(database) if found["table"] == "*" else identifier(database)
    return statement[: found.start("schema")] + name + statement[found.end("schema") :]


def needs_what_it_is_on(statement: str) -> bool:
    """Return whether it is a GRANT on a table or a routine, which must be there."""
    found = _GRANT.match(statement)
    return found is not None and found["table"] != "*"


def missing(grants: Grants, server: Server, database: str, must_lock: bool) -> list[str]:
    """Return the GRANT statements, without the account, for what a whole dump of `database` needs beyond `grants`."""
    wanted = (*READING, *(("LOCK TABLES",) if must_lock else ()))
    lacking = [privilege for privilege in wanted if not grants.has(privilege, database)]
    found = [f"GRANT {', '.join(lacking)} ON {identifier(database)}.*"] if lacking else []
    # It brings the accounts, and on MariaDB and MySQL 5.7 the texts of routines.
    if not grants.has("SELECT", "mysql"):
        found.append("GRANT SELECT ON `mysql`.*")
    if server.flavour == "MySQL" and server.release >= (8, 0, 20) and not _reads_routines(grants):
        found.append("GRANT SHOW_ROUTINE ON *.*")
    return found


def may_freeze(grants: Grants) -> bool:
    """Return whether the account may hold all writes for a moment."""
    return grants.everywhere("RELOAD") or grants.everywhere("FLUSH_TABLES")


def _reads_routines(grants: Grants) -> bool:
    return grants.everywhere("SHOW_ROUTINE") or grants.everywhere("SELECT")


def _unquoted(name: str) -> str | None:
    return None if name == "*" else name[1:-1].replace("``", "`")


def _pattern(written: str) -> re.Pattern[str]:
    """Return what the name of a database in a grant stands for: % and _ as in LIKE, behind \\ themselves."""
    parts = re.findall(r"\\.|.", written, re.DOTALL)
    wild = {"%": ".*", "_": "."}
    texts = (re.escape(part[1:] if part.startswith("\\") and len(part) > 1 else part) for part in parts)
    return re.compile("".join(wild.get(part, text) for part, text in zip(parts, texts, strict=True)), re.DOTALL)
