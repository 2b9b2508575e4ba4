"""The tables whose rows a dump holds: which they are, how many rows, and what they add up to."""

from dataclasses import dataclass

import psycopg
from psycopg import sql

from cadangan.core.manifest import TableFacts
from cadangan.engines.postgres.queries import row, rows, text
from cadangan.engines.postgres.target import Connection

# The first server that has the functions for digests of records.
RECORD_DIGEST_MAJOR = 14
# What a server answers to values that it cannot turn into text or hash; reading them as the dump does may still work.
_NOT_DIGESTIBLE = (
    psycopg.errors.ProgramLimitExceeded,
    psycopg.errors.OutOfMemory,
    psycopg.errors.InternalError_,
    psycopg.errors.FeatureNotSupported,
    psycopg.errors.UndefinedFunction,
    psycopg.DataError,
)


@dataclass(frozen=True)
class Table:
    """A table as the catalogue has it.

    :param row_type: object id of the type of its rows.
    :param extension: set for a configuration table of that extension, of which a dump holds the rows that fit
        `condition` and not the definition.
    """

    oid: int
    row_type: int
    schema_name: str
    name: str
    owner: str
    extension: str
    condition: str

    @property
    def identifier(self) -> sql.Identifier:
        """The quoted name."""
        return sql.Identifier(self.schema_name, self.name)


def dumped_tables(connection: Connection) -> tuple[Table, ...]:
    """Return every table whose rows pg_dump dumps, in its order."""
    return tuple(Table(**found) for found in rows(connection, "tables"))


class Digester:
    """Counts and digests tables in one pass each, in the transaction of `connection`.

    "record" digests are taken of values: what a type's own `=` calls equal counts as equal. Where a record's digest
    would not survive a restore (values that are object ids) or a type has no hash, the text is digested instead;
    the facts of each table say which it was.

    :param method: "record", "text" or "off".
    """

    def __init__(self, connection: Connection, method: str, server_major: int) -> None:
        self._connection = connection
        self._method = "text" if method == "record" and server_major < RECORD_DIGEST_MAJOR else method
        self._not_as_record: frozenset[int] = frozenset()
        if self._method == "record":
            self._not_as_record = frozenset(found["type"] for found in rows(connection, "identity_types"))

    def facts(self, table: Table) -> TableFacts:
        """Return the exact count and the digest of `table`; without a digest, the method says why."""
        reason = "off"
        for method in self._methods(table):
            try:
                return self._digested(table, method)
            except _NOT_DIGESTIBLE as err:
                reason = f"not comparable: {err.diag.message_primary}"
        return self._read(table, "count_rows", reason)

    def _methods(self, table: Table) -> tuple[str, ...]:
        if self._method == "record" and table.row_type not in self._not_as_record:
            return ("record", "text")
        return () if self._method == "off" else ("text",)

    def _digested(self, table: Table, method: str) -> TableFacts:
        # A savepoint, so that a value too long to digest does not end the transaction.
        with self._connection.transaction():
            return self._read(table, f"digest_{method}", method)

    def _read(self, table: Table, query: str, method: str) -> TableFacts:
        # The condition is the extension's own SQL, which pg_dump runs as it stands as well.
        composed = text(query).format(table=table.identifier, condition=sql.SQL(table.condition))
        return TableFacts(
            schema_name=table.schema_name,
            name=table.name,
            owner=table.owner,
            digest_method=method,
            **row(self._connection, composed),
        )
