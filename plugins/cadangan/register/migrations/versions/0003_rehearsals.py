"""Rehearsals: tries to restore a back-up for proof."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

INTEGER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "rehearsal",
        sa.Column("id", INTEGER, primary_key=True),
        sa.Column("backup_id", INTEGER, sa.ForeignKey("backup.id"), nullable=False, index=True),
        sa.Column("destination", sa.String(64), nullable=False),
        sa.Column("verdict", sa.String(20), nullable=False),
        sa.Column("place", sa.String(250), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("differences", sa.JSON(), nullable=False),
        sa.Column("harmless", sa.JSON(), nullable=False),
        sa.Column("not_compared", sa.JSON(), nullable=False),
        sa.Column("different", INTEGER, nullable=False),
        sa.Column("started_at", INSTANT, nullable=False),
        sa.Column("ended_at", INSTANT, nullable=False),
        sa.Column("restore_seconds", sa.Float(), nullable=False),
        sa.Column("compare_seconds", sa.Float(), nullable=False),
    )
