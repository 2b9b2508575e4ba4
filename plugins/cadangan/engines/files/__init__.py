"""A file tree, by GNU tar on the host where it lies; restored on this machine."""

from cadangan.engines.files.databases import databases
from cadangan.engines.files.dump import METHOD, open_dump
from cadangan.engines.files.fitness import examine_target
from cadangan.engines.files.inspection import inspect
from cadangan.engines.files.load import open_load
from cadangan.engines.files.places import create, drop, embedded, exists, is_empty, side, sides
from cadangan.engines.files.reading import reading
from cadangan.engines.files.selection import narrowed
from cadangan.engines.files.stock import harmless, take_stock
from cadangan.engines.files.target import PORT, target_of

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
    "narrowed",
    "open_dump",
    "open_load",
    "reading",
    "side",
    "sides",
    "take_stock",
    "target_of",
]
