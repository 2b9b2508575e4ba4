"""Copies that do not lie where they should, scans of the vault, and alerts."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

INTEGER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Add the column and the tables."""
    op.add_column("copy", sa.Column("missing", sa.Text()))
    op.create_index("ix_copy_checked", "copy", ["checked_at"])
    op.create_table(
        "scan",
        sa.Column("id", INTEGER, primary_key=True),
        sa.Column("started_at", INSTANT, nullable=False, index=True),
        sa.Column("ended_at", INSTANT),
        sa.Column("files", INTEGER, nullable=False),
        sa.Column("bytes", INTEGER, nullable=False),
        sa.Column("good", INTEGER, nullable=False),
        sa.Column("findings", sa.JSON(), nullable=False),
    )
    op.create_table(
        "stored_bytes",
        sa.Column("id", INTEGER, primary_key=True),
        sa.Column("destination", sa.String(64), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("stored", INTEGER, nullable=False),
        sa.Column("free", INTEGER),
        sa.Index("ix_stored_bytes", "destination", "at"),
    )
    op.create_table(
        "alert",
        sa.Column("id", INTEGER, primary_key=True),
        sa.Column("key", sa.String(400), nullable=False, unique=True),
        sa.Column("kind", sa.String(64), nullable=False),
        sa.Column("subject", sa.String(250), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("opened_at", INSTANT, nullable=False),
        sa.Column("told_at", INSTANT),
        sa.Column("told", INTEGER, nullable=False),
        sa.Column("closed_at", INSTANT, index=True),
    )
