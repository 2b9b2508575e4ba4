"""The command lines that dump a database and write out its accounts."""

from cadangan.engines.mysql.clients import Client
from cadangan.engines.mysql.target import CHARSET
from cadangan.hosts.command import Command


def dump_command(client: Client, options_path: str, database: str) -> Command:
    """Return the command that writes the whole database as SQL to its output.

    :param options_path: of the option file; no other one is read, so that nothing in /etc or a home changes a dump.
    """
    sometimes = {
        "--set-gtid-purged": "--set-gtid-purged=OFF",
        "--column-statistics": "--column-statistics=0",
    }
    return Command(
        (
            client.path,
            f"--defaults-file={options_path}",
            "--single-transaction",
            "--skip-lock-tables",
            # A table whose default is a number of a sequence cannot be filled while it is locked.
            "--skip-add-locks",
            "--quick",
            "--routines",
            "--events",
            "--triggers",
            "--hex-blob",
            "--no-tablespaces",
            f"--default-character-set={CHARSET}",
            "--max-allowed-packet=1G",
            *(written for option, written in sometimes.items() if option in client.knows),
            "--",
            database,
        )
    )


def accounts_command(script_path: str) -> Command:
    """Return the command that hands on the script of the accounts, which is a file in memory."""
    return Command(("cat", script_path))
