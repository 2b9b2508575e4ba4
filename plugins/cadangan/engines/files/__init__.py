"""A file tree, by GNU tar on the host where it lies."""

from cadangan.engines.files.databases import databases
from cadangan.engines.files.dump import METHOD, open_dump
from cadangan.engines.files.inspection import inspect
from cadangan.engines.files.reading import reading
from cadangan.engines.files.target import PORT, target_of

__all__ = ["METHOD", "PORT", "databases", "inspect", "open_dump", "reading", "target_of"]
