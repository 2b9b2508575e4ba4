"""Which databases a server has."""

from cadangan.engines.contract import Databases
from cadangan.engines.mysql.queries import answering, execute, row, session, text
from cadangan.engines.mysql.target import Target
from cadangan.hosts import local
from cadangan.hosts.host import Host

_ANSWER_SECONDS = 60


def databases(target: Target, host: Host = local) -> Databases:
    """Return the databases of the server of `target` without its own; without SHOW DATABASES only those granted.

    :raises TargetUnreachable: the server did not answer, or refused the credentials.
    """
    with session(target, _ANSWER_SECONDS) as connection, answering([connection], target, _ANSWER_SECONDS):
        names = tuple(found["name"] for found in execute(connection, text("databases")))
        return Databases(names, complete=row(connection, text("shows_databases"))["granted"] > 0)
