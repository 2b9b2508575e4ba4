"""SQLite 3, by the program sqlite3 of the host on which the file lies; restored on this machine."""

from cadangan.engines.sqlite.databases import databases
from cadangan.engines.sqlite.dump import METHOD, open_dump
from cadangan.engines.sqlite.fitness import examine_target
from cadangan.engines.sqlite.inspection import inspect
from cadangan.engines.sqlite.load import open_load
from cadangan.engines.sqlite.places import create, drop, embedded, exists, is_empty, side, sides
from cadangan.engines.sqlite.reading import reading
from cadangan.engines.sqlite.stock import harmless, take_stock
from cadangan.engines.sqlite.target import PORT, target_of

__all__ = [
    "METHOD",
    "PORT",
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
