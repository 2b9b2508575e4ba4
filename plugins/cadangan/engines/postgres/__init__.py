"""PostgreSQL 13 to 18."""

from cadangan.engines.postgres.clients import Client, choose, client_of
from cadangan.engines.postgres.contents import check_contents, check_globals
from cadangan.engines.postgres.databases import databases
from cadangan.engines.postgres.dump import contents_command, dump_command, globals_command, reading_command
from cadangan.engines.postgres.inspection import Inspection, inspect
from cadangan.engines.postgres.options import options_of
from cadangan.engines.postgres.reading import reading
from cadangan.engines.postgres.snapshot import Snapshot, open_snapshot
from cadangan.engines.postgres.target import Target, credentials
from cadangan.engines.postgres.whole import METHOD, PORT, open_dump, target_of

__all__ = [
    "METHOD",
    "PORT",
    "Client",
    "Inspection",
    "Snapshot",
    "Target",
    "check_contents",
    "check_globals",
    "choose",
    "client_of",
    "contents_command",
    "credentials",
    "databases",
    "dump_command",
    "globals_command",
    "inspect",
    "open_dump",
    "open_snapshot",
    "options_of",
    "reading",
    "reading_command",
    "target_of",
]
