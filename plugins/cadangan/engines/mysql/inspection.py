"""What a verifier and a planner need to know of a database before anyone dumps it."""

from collections.abc import Sequence

from cadangan.engines.contract import Inspection
from cadangan.engines.mysql import findings
from cadangan.engines.mysql.accounts import account_names
from cadangan.engines.mysql.catalogue import Catalogue, read_catalogue, read_unrestorable
from cadangan.engines.mysql.clients import Client, choose, package_for
from cadangan.engines.mysql.privileges import Grants, read_grants
from cadangan.engines.mysql.queries import answering, session
from cadangan.engines.mysql.server import Server, describe
from cadangan.engines.mysql.target import Connection, Target
from cadangan.errors import ClientMissing
from cadangan.hosts import local
from cadangan.hosts.host import Host


def inspect(
    target: Target, client_dirs: Sequence[str], host: Host = local, answer_timeout: float = 300.0
) -> Inspection:
    """Return what can be told of the database of `target` without reading its rows.

    :param client_dirs: folders to look for clients in, beside the usual ones.
    :param host: where the client will run.
    :param answer_timeout: seconds that the server has for all of its answers.
    :raises TargetUnreachable: the server did not answer, or refused the credentials.
    """
    with session(target, round(answer_timeout)) as connection, answering([connection], target, answer_timeout):
        server = describe(connection, target)
        grants = read_grants(connection, server)
        catalogue = read_catalogue(connection, target.database)
        accounts = _account_names(connection, grants)
        unrestorable = read_unrestorable(connection, target.database)
    client, without = _client(server, client_dirs, host)
    return Inspection(
        server_version=server.version,
        encoding=server.encoding,
        collation=server.collation,
        size_bytes=sum(table.row_bytes + table.index_bytes for table in catalogue.tables),
        predicted_bytes=_predicted(catalogue),
        tables=len(catalogue.tables),
        dumps_with=f"{client.name} {client.version}" if client else None,
        blockers=(*without, *findings.blockers(server, grants, catalogue, target)),
        warnings=(
            *(client.warnings if client else ()),
            *findings.warnings(server, grants, catalogue, target, accounts),
            *findings.unrestorable(unrestorable),
        ),
    )


def _client(server: Server, client_dirs: Sequence[str], host: Host) -> tuple[Client | None, tuple[str, ...]]:
    where = "mesin pekerja" if host is local else f"mesin {host.name}"
    try:
        return choose(server, client_dirs, host), ()
    except ClientMissing:
        return None, (
            f"Tidak ada klien yang cocok untuk server {server.flavour} {server.version}. "
            f"Pasang paket {package_for(server.flavour)} pada {where}.",
        )


def _account_names(connection: Connection, grants: Grants) -> frozenset[str] | None:
    if not grants.has("SELECT", "mysql"):
        return None
    return account_names(connection)


def _predicted(catalogue: Catalogue) -> int:
    """Estimate a dump's length: rows lie on the server about as long as in SQL."""
    return sum(table.row_bytes for table in catalogue.tables)
