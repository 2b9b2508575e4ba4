"""PostgreSQL 13 to 18."""

from cadangan.engines.postgres.clients import Client, choose
from cadangan.engines.postgres.dump import contents_command, dump_command, globals_command
from cadangan.engines.postgres.snapshot import Snapshot, open_snapshot
from cadangan.engines.postgres.target import Target, credentials

__all__ = [
    "Client",
    "Snapshot",
    "Target",
    "choose",
    "contents_command",
    "credentials",
    "dump_command",
    "globals_command",
    "open_snapshot",
]
