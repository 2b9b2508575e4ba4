"""How many rows a table holds, and what they add up to, whatever their order.

Of each value the CRC-32 of its text is taken, which is what a dump holds (CHECKSUM TABLE reads a FLOAT's bytes, which
no dump brings over). Each column multiplies it by a factor of its own, a row is the XOR of its products, and a table
the sum of its rows: so values that changed places between columns or between rows are seen, and the order is not.
"""

from collections.abc import Mapping, Sequence

from cadangan.core.manifest import TableFacts
from cadangan.engines.mysql.catalogue import Table
from cadangan.engines.mysql.queries import execute, row, text
from cadangan.engines.mysql.quoting import identifier
from cadangan.engines.mysql.target import Connection

# Begins the reason why count and digest are not of the dump's view.
NOT_COMPARABLE = "not comparable: "
_GOLDEN = 2654435761
_32_BITS = 0xFFFFFFFF


def facts_of(
    connection: Connection, table: Table, columns: Mapping[str, Sequence[str]], method: str, incomparable: str = ""
) -> TableFacts:
    """Return the exact count and the digest of `table` as the connection's transaction sees it.

    :param columns: by a table's name.
    :param method: "values", "text" (the same here) or "off".
    :param incomparable: why count and digest are not of the dump's view; there is no digest then.
    """
    if incomparable or method == "off":
        query = text("count_rows").format(table=table.identifier)
    else:
        digest = _row_digest(columns.get(table.name, ()))
        query = text("digest_rows").format(table=table.identifier, row_digest=digest)
    execute(connection, text("savepoint"))
    found = row(connection, query)
    execute(connection, text("release"))
    return TableFacts(
        schema_name=table.schema_name,
        name=table.name,
        owner="",
        rows=found["row_count"],
        digest=found["digest"],
        digest_method=f"{NOT_COMPARABLE}{incomparable}" if incomparable else method,
        definition=table.definition,
    )


def _row_digest(columns: Sequence[str]) -> str:
    return " ^ ".join(_value_digest(identifier(name), place) for place, name in enumerate(columns)) or "0"


def _value_digest(quoted: str, place: int) -> str:
    # Odd and with the highest bit set; a product with a CRC-32 still fits 64 bits. 0 stands for a null alone.
    factor = (_GOLDEN * (2 * place + 1) & _32_BITS) | 0x80000001
    return f"(COALESCE(CRC32({quoted}) + 1, 0) * {factor})"
