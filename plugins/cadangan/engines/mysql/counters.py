"""What counts by itself: sequences, and columns with AUTO_INCREMENT."""

from collections.abc import Iterator

from cadangan.core.manifest import SequenceFacts
from cadangan.engines.mysql.catalogue import Catalogue
from cadangan.engines.mysql.queries import row, rows_of, text
from cadangan.engines.mysql.quoting import qualified
from cadangan.engines.mysql.target import Connection


def read_counters(connection: Connection, catalogue: Catalogue, database: str) -> tuple[SequenceFacts, ...]:
    """Return how far each has counted; a column goes by the name of "table.column".

    A dump that begins later holds these values or later ones.
    """
    return (*_sequences(connection, catalogue, database), *_columns(connection, database))


def _sequences(connection: Connection, catalogue: Catalogue, database: str) -> Iterator[SequenceFacts]:
    for each in catalogue.sequences:
        found = row(connection, text("sequence").format(sequence=qualified(database, each.name)))
        yield SequenceFacts(schema_name=database, name=each.name, last_value=found["last_value"])


def _columns(connection: Connection, database: str) -> Iterator[SequenceFacts]:
    for each in rows_of(connection, "counters", database):
        name = f"{each['table_name']}.{each['column_name']}"
        yield SequenceFacts(schema_name=database, name=name, last_value=each["value"] - 1)
