"""The command lines that dump a database and the server's roles. The environment is that of `credentials`."""

from collections.abc import Mapping

from psycopg.conninfo import make_conninfo

from cadangan.engines.postgres.clients import Client
from cadangan.engines.postgres.target import KEEPALIVES
from cadangan.hosts.command import Command

# The snapshot's session holds every lock that pg_dump asks for, so pg_dump waits only behind a session that queues for
# an exclusive lock, and that one waits for the snapshot's end. Waiting long would only keep the application waiting.
_QUEUE_SECONDS = 10


def dump_command(client: Client, env: Mapping[str, str], snapshot_id: str, lock_timeout: int) -> Command:
    """Return the command that writes the whole database, large objects included, as an archive to its output.

    :param lock_timeout: seconds to wait for a lock; more than 10 are of no use, see below.
    """
    return Command(
        (
            client.program("pg_dump"),
            "--format=custom",
            # The stream compresses, better and on other cores.
            "--compress=0",
            f"--snapshot={snapshot_id}",
            f"--lock-wait-timeout={min(lock_timeout, _QUEUE_SECONDS) * 1000}",
            "--no-password",
            # The database's name comes from the environment.
            f"--dbname={make_conninfo(**KEEPALIVES)}",
        ),
        env,
    )


def globals_command(client: Client, env: Mapping[str, str], reads_passwords: bool) -> Command:
    """Return the command that writes roles, their memberships and grants, and tablespaces as SQL to its output.

    :param reads_passwords: whether the account may read password hashes (`Server.reads_passwords`); without
        them the roles are dumped all the same.
    """
    # pg_dumpall takes a name with "=" in it for a connection string, so it gets one.
    database = make_conninfo(dbname=env["PGDATABASE"], **KEEPALIVES)
    without = () if reads_passwords else ("--no-role-passwords",)
    return Command(
        (client.program("pg_dumpall"), "--globals-only", "--no-password", f"--database={database}", *without), env
    )


def contents_command(client: Client) -> Command:
    """Return the command that lists the contents of the archive on its input."""
    return Command((client.program("pg_restore"), "--list"))


def reading_command(client: Client) -> Command:
    """Return the command that reads the archive on its input to its end and writes nothing."""
    return Command((client.program("pg_restore"), "--file=/dev/null"))
