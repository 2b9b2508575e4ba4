"""The tables whose rows a dump holds."""

from dataclasses import dataclass

from psycopg import sql

from cadangan.engines.postgres.queries import rows
from cadangan.engines.postgres.target import Connection


@dataclass(frozen=True)
class Table:
    """A table as the catalogue has it.

    :param extension: set for a configuration table of that extension, of which a dump holds the rows that fit
        `condition` and not the definition.
    """

    oid: int
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
