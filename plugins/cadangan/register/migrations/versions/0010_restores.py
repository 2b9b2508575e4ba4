"""Restores by request."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

INTEGER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "restore",
        sa.Column("id", INTEGER, primary_key=True),
        sa.Column("item_id", INTEGER, sa.ForeignKey("item.id"), nullable=False, index=True),
        sa.Column("round", INTEGER, nullable=False),
        sa.Column("backup_id", INTEGER, sa.ForeignKey("backup.id"), nullable=False, index=True),
        sa.Column("safety_backup_id", INTEGER, sa.ForeignKey("backup.id")),
        sa.Column("destination", sa.String(64), nullable=False),
        sa.Column("mode", sa.String(16), nullable=False),
        sa.Column("server", sa.String(120), nullable=False),
        sa.Column("database", sa.Text(), nullable=False),
        sa.Column("side", sa.String(120), nullable=False),
        sa.Column("kept", sa.String(120), nullable=False),
        sa.Column("new_id", sa.String(120), nullable=False),
        sa.Column("old_id", sa.String(120), nullable=False),
        sa.Column("verdict", sa.String(20), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("differences", sa.JSON(), nullable=False),
        sa.Column("harmless", sa.JSON(), nullable=False),
        sa.Column("not_compared", sa.JSON(), nullable=False),
        sa.Column("different", INTEGER, nullable=False),
        sa.Column("restore_seconds", sa.Float(), nullable=False),
        sa.Column("compare_seconds", sa.Float(), nullable=False),
        sa.Column("started_at", INSTANT, nullable=False),
        sa.Column("ended_at", INSTANT),
        sa.Column("switched_at", INSTANT),
        sa.Column("accepted_at", INSTANT),
        sa.Column("rolled_back_at", INSTANT),
        sa.Column("keep_until", INSTANT),
        sa.Column("dropped_at", INSTANT),
        sa.UniqueConstraint("item_id", "round"),
    )
