"""Alembic runs this file; `cadangan.register.schema.migrate` hands it the connection and the transaction."""

from alembic import context

from cadangan.register import asset_models  # noqa: F401 - its tables belong to the metadata
from cadangan.register.models import Request

context.configure(connection=context.config.attributes["connection"], target_metadata=Request.metadata)
with context.begin_transaction():
    context.run_migrations()
