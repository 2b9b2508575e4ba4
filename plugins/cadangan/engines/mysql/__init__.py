"""MariaDB 10.4 and newer, MySQL 5.7 and newer; which of both a server is, it tells itself."""

from cadangan.engines.mysql.databases import databases
from cadangan.engines.mysql.embedded import embedded
from cadangan.engines.mysql.fitness import examine_target
from cadangan.engines.mysql.inspection import inspect
from cadangan.engines.mysql.load import open_load
from cadangan.engines.mysql.places import create, drop, exists, is_empty, side, sides
from cadangan.engines.mysql.reading import reading
from cadangan.engines.mysql.stock import harmless, take_stock
from cadangan.engines.mysql.target import Target
from cadangan.engines.mysql.whole import METHOD, PORT, open_dump, target_of

__all__ = [
    "METHOD",
    "PORT",
    "Target",
    "create",
    "databases",
    "drop",
    "embedded",
    "examine_target",
    "exists",
    "harmless",
    "inspect",
    "is_empty",
    "open_dump",
    "open_load",
    "reading",
    "side",
    "sides",
    "take_stock",
    "target_of",
]
