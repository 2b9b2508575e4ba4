"""Which databases a server has."""

from dataclasses import replace

from cadangan.engines.contract import Databases
from cadangan.engines.postgres.queries import answering, rows, session
from cadangan.engines.postgres.target import Target
from cadangan.errors import TargetUnreachable
from cadangan.hosts import local
from cadangan.hosts.host import Host

# Which every server has, unlike a registered one that has vanished.
_MAINTENANCE = "postgres"
_ANSWER_SECONDS = 60.0


def databases(target: Target, host: Host = local) -> Databases:
    """Return the databases of the server of `target` without templates; the catalogue shows them to everyone.

    :raises TargetUnreachable: the server did not answer, or refused the credentials.
    """
    try:
        return _of(replace(target, database=_MAINTENANCE))
    except TargetUnreachable:
        # It may be dropped, or closed to the account.
        return _of(target)


def _of(target: Target) -> Databases:
    with session(target) as connection, answering(connection, target, _ANSWER_SECONDS):
        return Databases(tuple(found["name"] for found in rows(connection, "databases")))
