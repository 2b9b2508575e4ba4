"""${message}."""

import sqlalchemy as sa
from alembic import op

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the name of this revision to cadangan.register.schema.REVISIONS too."""
    ${upgrades if upgrades else "pass"}
