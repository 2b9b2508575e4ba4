"""MariaDB 10.4 and newer, MySQL 5.7 and newer; which of both a server is, it tells itself."""

from cadangan.engines.mysql.databases import databases
from cadangan.engines.mysql.inspection import inspect
from cadangan.engines.mysql.reading import reading
from cadangan.engines.mysql.target import Target
from cadangan.engines.mysql.whole import METHOD, PORT, open_dump, target_of

__all__ = ["METHOD", "PORT", "Target", "databases", "inspect", "open_dump", "reading", "target_of"]
