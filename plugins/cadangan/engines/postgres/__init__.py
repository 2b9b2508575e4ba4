"""PostgreSQL 13 to 18."""

from cadangan.engines.postgres.clients import Client, choose, client_of
from cadangan.engines.postgres.contents import check_contents, check_globals
from cadangan.engines.postgres.databases import databases
from cadangan.engines.postgres.dressing import dress
from cadangan.engines.postgres.dump import contents_command, dump_command, globals_command, reading_command
from cadangan.engines.postgres.embedded import embedded
from cadangan.engines.postgres.fitness import examine_target
from cadangan.engines.postgres.inspection import Inspection, inspect
from cadangan.engines.postgres.load import open_load
from cadangan.engines.postgres.options import options_of
from cadangan.engines.postgres.passfile import saved_password
from cadangan.engines.postgres.places import create, drop, exists, is_empty, side, sides
from cadangan.engines.postgres.reading import reading
from cadangan.engines.postgres.renaming import examine_rename, named, places, rename
from cadangan.engines.postgres.snapshot import Snapshot, open_snapshot
from cadangan.engines.postgres.stock import harmless, take_stock
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
    "create",
    "credentials",
    "databases",
    "dress",
    "drop",
    "dump_command",
    "embedded",
    "examine_rename",
    "examine_target",
    "exists",
    "globals_command",
    "harmless",
    "inspect",
    "is_empty",
    "named",
    "open_dump",
    "open_load",
    "open_snapshot",
    "options_of",
    "places",
    "reading",
    "reading_command",
    "rename",
    "saved_password",
    "side",
    "sides",
    "take_stock",
    "target_of",
]
