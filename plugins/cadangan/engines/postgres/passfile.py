"""The password that PostgreSQL's own programs would find for a server: in $PGPASSWORD or in a password file."""

from psycopg import pq
from psycopg.conninfo import make_conninfo

from cadangan.engines.postgres.target import Target
from cadangan.hosts import local


def saved_password(target: Target) -> str:
    """Return the password that the client library has for `target`, empty where it has none."""
    conninfo = make_conninfo(**target.address(local), user=target.user, dbname=target.by_way)
    # The library looks for it as soon as it is told where to connect to; nobody waits for the connection itself.
    connection = pq.PGconn.connect_start(conninfo.encode())
    try:
        return (connection.password or b"").decode()
    finally:
        connection.finish()
