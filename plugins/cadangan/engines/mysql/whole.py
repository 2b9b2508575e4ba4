"""A whole back-up of a MySQL or MariaDB database: its accounts, and the database as SQL."""

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from functools import partial

from cadangan.config.policies import StreamPolicy
from cadangan.core.manifest import Inventory, Tool
from cadangan.core.naming import Kind
from cadangan.engines.contract import Dump, Login, Part
from cadangan.engines.mysql.accounts import concerned, read_accounts, script
from cadangan.engines.mysql.clients import choose
from cadangan.engines.mysql.dump import accounts_command, dump_command
from cadangan.engines.mysql.gate import Gate, closed_gate
from cadangan.engines.mysql.options import options_of
from cadangan.engines.mysql.queries import answering, session
from cadangan.engines.mysql.reading import Whole
from cadangan.engines.mysql.server import Server
from cadangan.engines.mysql.snapshot import Snapshot, open_snapshot
from cadangan.engines.mysql.target import Target, option_file
from cadangan.errors import NotConfigured
from cadangan.hosts import local
from cadangan.hosts.host import Host
from cadangan.hosts.memory import in_memory

METHOD = "logis, penuh (dump SQL dalam satu transaksi, dengan rutin, pemicu, event, view, dan akun)"
PORT = 3306
# The accounts twice: views need their definers, and grants on tables need these.
_BY_HAND = (
    "age -d -i KUNCI {accounts} | zstd -d | {shell} --binary-mode --force; "
    "{shell} -e 'CREATE DATABASE BARU CHARACTER SET {encoding} COLLATE {collation}'; "
    "age -d -i KUNCI {dump} | zstd -d | {shell} --binary-mode --comments --default-character-set=utf8mb4 "
    "--max-allowed-packet=1G BARU; "
    "age -d -i KUNCI {accounts} | zstd -d | {shell} --binary-mode --force (program {flavour}; BARU adalah nama basis "
    "data yang belum ada, nama aslinya {database}; akun yang sudah ada tidak diubah sandinya, tetapi menerima hak dari "
    "cadangan; hak atas tabel yang belum ada ditolak pada kali pertama)"
)


def target_of(login: Login, database: str) -> Target:
    """Return where and as whom to reach `database`.

    :raises NotConfigured: a socket of this machine is named for a server behind another host.
    """
    options = options_of(login.extra)
    if login.tunnel and "socket" in options:
        raise NotConfigured(
            f"The connection to {login.host} names unix_socket {options['socket']}, a file of this machine, while the "
            "server is reached through another host. Take unix_socket out of the connection."
        )
    return Target(
        host=login.host or "localhost",
        port=login.port or PORT,
        user=login.user,
        password=login.password,
        database=database,
        options=options,
        tunnel=login.tunnel,
    )


@contextlib.contextmanager
def open_dump(target: Target, client_dirs: Sequence[str], policy: StreamPolicy, host: Host = local) -> Iterator[Dump]:
    """Open one view of the database of `target`; see the contract."""
    with open_snapshot(target, policy.lock_timeout, policy.idle_timeout) as snapshot:
        client = choose(snapshot.server, client_dirs, host)
        names, accounts = _accounts(snapshot, policy.idle_timeout)
        with (
            in_memory(accounts) as script_path,
            closed_gate(option_file(target, snapshot.server.flavour, host)) as gate,
        ):
            yield Dump(
                at=snapshot.at,
                server_version=snapshot.server.version,
                encoding=snapshot.server.encoding,
                collation=snapshot.server.collation,
                tools=(Tool(name=client.name, version=client.version),),
                parts=(
                    Part(Kind.ACCOUNTS, accounts_command(script_path)),
                    Part(
                        Kind.DUMP,
                        dump_command(client, gate.path, target.database),
                        watcher=Whole(snapshot.catalogue, client.name, gate.passed.set),
                    ),
                ),
                inventory=partial(_inventory, snapshot, gate, names),
                by_hand=partial(_by_hand, snapshot.server, target.database),
                cancel=snapshot.cancel,
                hang_up=snapshot.hang_up,
            )


def _by_hand(server: Server, database: str, files: Mapping[str, str]) -> str:
    return _BY_HAND.format(
        **files,
        shell="mariadb" if server.flavour == "MariaDB" else "mysql",
        flavour=server.flavour,
        encoding=server.encoding,
        collation=server.collation,
        database=database,
    )


def _inventory(snapshot: Snapshot, gate: Gate, accounts: tuple[str, ...], digest_method: str) -> Inventory:
    return snapshot.inventory(gate, digest_method).model_copy(update={"roles": accounts})


def _accounts(snapshot: Snapshot, answer_timeout: int) -> tuple[tuple[str, ...], bytes]:
    target, server = snapshot.target, snapshot.server
    definers = {found.owner for found in snapshot.catalogue.objects if found.owner}
    with session(target, answer_timeout) as connection, answering([connection], target, answer_timeout):
        chosen = concerned(read_accounts(connection, server), target.database, definers)
        names = tuple(each.name for each in chosen)
        return names, script(connection, chosen, target.database).encode()
