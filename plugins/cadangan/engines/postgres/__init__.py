"""PostgreSQL 13 to 18."""

from cadangan.engines.postgres.clients import Client, choose
from cadangan.engines.postgres.target import Target, credentials

__all__ = ["Client", "Target", "choose", "credentials"]
