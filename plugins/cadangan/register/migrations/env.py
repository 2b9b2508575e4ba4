"""Alembic runs this file; `cadangan.register.schema.migrate` hands it the connection and the transaction."""

from alembic import context

from cadangan.register import models  # noqa: F401 - they are what Base knows
from cadangan.register.base import Base

context.configure(connection=context.config.attributes["connection"], target_metadata=Base.metadata)
with context.begin_transaction():
    context.run_migrations()
