"""Names that cannot be read: in a database without an encoding they may be any bytes, and an inventory is text."""

from cadangan.engines.postgres.queries import rows
from cadangan.engines.postgres.server import Server
from cadangan.engines.postgres.target import WITHOUT_ENCODING, Connection
from cadangan.errors import EngineError


def unreadable_names(connection: Connection, server: Server) -> list[str]:
    r"""Return the names that are not UTF-8, each with the kind of what bears it ("relation caf\xe9")."""
    if server.encoding != WITHOUT_ENCODING:
        return []
    found = ((each["kind"], each["name"]) for each in rows(connection, "names"))
    return [f"{kind} {name.decode(errors='backslashreplace')}" for kind, name in found if not _is_utf8(name)]


def require_readable_names(connection: Connection, server: Server) -> None:
    """Raise EngineError, naming them, when there are names that are not UTF-8."""
    if names := unreadable_names(connection, server):
        raise EngineError(
            f"{connection.info.dbname} on {connection.info.host} has names that are not UTF-8: {', '.join(names)}. "
            "Rename them (ALTER … RENAME TO …), then repeat; what the tables hold may stay as it is."
        )


def _is_utf8(name: bytes) -> bool:
    try:
        name.decode()
    except UnicodeDecodeError:
        return False
    return True
