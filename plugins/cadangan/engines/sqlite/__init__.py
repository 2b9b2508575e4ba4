"""SQLite 3, by the program sqlite3 of the host on which the file lies."""

from cadangan.engines.sqlite.databases import databases
from cadangan.engines.sqlite.dump import METHOD, open_dump
from cadangan.engines.sqlite.inspection import inspect
from cadangan.engines.sqlite.reading import reading
from cadangan.engines.sqlite.target import PORT, target_of

__all__ = ["METHOD", "PORT", "databases", "inspect", "open_dump", "reading", "target_of"]
