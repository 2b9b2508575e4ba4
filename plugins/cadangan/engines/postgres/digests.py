"""How many rows a table holds, and what they add up to, whatever their order."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

import psycopg
from psycopg import sql
from psycopg.rows import DictRow

from cadangan.core.manifest import TableFacts
from cadangan.engines.postgres.queries import row, text
from cadangan.engines.postgres.tables import Table
from cadangan.engines.postgres.target import Connection

# What a server answers to values that it cannot turn into text or hash; reading them as the dump does may still work.
_NOT_DIGESTIBLE = (
    psycopg.errors.ProgramLimitExceeded,
    psycopg.errors.OutOfMemory,
    psycopg.errors.InternalError_,
    psycopg.errors.FeatureNotSupported,
    psycopg.errors.UndefinedFunction,
    psycopg.DataError,
)
_NO_COLUMNS = sql.SQL("0")
_EITHER = sql.SQL(" # ")
_GIVEN = {
    "value": sql.SQL("{}"),
    "bytes": sql.SQL('{} COLLATE "C"'),
    "record": sql.SQL("ROW({})"),
    "text": sql.SQL('{}::text COLLATE "C"'),
}


class Digester:
    """Counts and digests tables in one pass each, in the transaction of `connection`.

    "values" digests are taken value by value: what a type's own `=` calls equal counts as equal. "text" digests are
    taken of the text of each row.

    :param method: "values", "text" or "off".
    """

    def __init__(self, connection: Connection, method: str, tables: Sequence[Table]) -> None:
        self._connection = connection
        self._method = method
        self._row_digests = _row_digests(connection, tables) if method == "values" else {}

    def facts(self, table: Table) -> TableFacts:
        """Return the exact count and the digest of `table`; without a digest, the method says why."""
        if self._method == "off":
            return self._read(table, "count_rows", "off")
        try:
            # A savepoint, so that a value too long to digest does not end the transaction.
            with self._connection.transaction():
                return self._read(table, f"digest_{self._method}", self._method)
        except _NOT_DIGESTIBLE as err:
            return self._read(table, "count_rows", f"not comparable: {err.diag.message_primary}")

    def _read(self, table: Table, query: str, method: str) -> TableFacts:
        # The condition is the extension's own SQL, which pg_dump runs as it stands as well.
        composed = text(query).format(
            table=table.identifier,
            condition=sql.SQL(table.condition),
            row_digest=self._row_digests.get(table.oid, _NO_COLUMNS),
        )
        return TableFacts(
            schema_name=table.schema_name,
            name=table.name,
            owner=table.owner,
            digest_method=method,
            **row(self._connection, composed),
        )


def _row_digests(connection: Connection, tables: Sequence[Table]) -> Mapping[int, sql.Composable]:
    """Return, by a table's object id, the expression that digests one of its rows."""
    oids = sql.Literal([table.oid for table in tables])
    values: dict[int, list[sql.Composable]] = defaultdict(list)
    for column in connection.execute(text("digest_columns").format(tables=oids)):
        values[column["table_oid"]].append(_value_digest(column))
    return {oid: _EITHER.join(parts) for oid, parts in values.items()}


def _value_digest(column: DictRow) -> sql.Composable:
    given = _GIVEN[column["given"]].format(sql.Identifier("t", column["name"]))
    # The functions return nothing for a null, which would take the whole row out of the sum.
    return sql.SQL("coalesce(pg_catalog.{hash}({given}, {seed}), {seed})").format(
        hash=sql.Identifier(column["hash"]), given=given, seed=sql.Literal(column["seed"])
    )
