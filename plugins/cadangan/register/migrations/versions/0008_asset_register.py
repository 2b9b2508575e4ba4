"""The history of assets: first seen, yearly reviews, what discovery found; the index of an asset's latest back-up."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

INTEGER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Create the tables, and replace the index on `backup.asset` by one that also knows which is the latest."""
    op.create_table(
        "asset_seen",
        sa.Column("asset", sa.String(120), primary_key=True),
        sa.Column("first_seen_at", INSTANT, nullable=False),
    )
    op.create_table(
        "asset_review",
        sa.Column("id", INTEGER, primary_key=True),
        sa.Column("asset", sa.String(120), nullable=False),
        sa.Column("dag_id", sa.String(250), nullable=False),
        sa.Column("run_id", sa.String(250), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("opened_at", INSTANT, nullable=False),
        sa.Column("asked_at", INSTANT),
        sa.Column("reviewed_at", INSTANT),
        sa.Column("choice", sa.String(64), nullable=False),
        sa.Column("ticks", sa.JSON(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("by_user", sa.String(250), nullable=False),
        sa.Column("by_name", sa.String(250), nullable=False),
        sa.Column("by_nip", sa.String(32), nullable=False),
        sa.Column("by_role", sa.String(120), nullable=False),
        sa.Column("audit_seq", INTEGER, unique=True),
        sa.UniqueConstraint("dag_id", "run_id", "asset"),
        sa.Index("ix_asset_review_asset", "asset", "reviewed_at"),
    )
    op.create_table(
        "discovery_finding",
        sa.Column("id", INTEGER, primary_key=True),
        sa.Column("server", sa.String(120), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("first_found_at", INSTANT, nullable=False),
        sa.Column("last_found_at", INSTANT, nullable=False),
        sa.Column("ended_at", INSTANT),
        sa.Index("ix_discovery_finding_server", "server", "ended_at"),
    )
    op.create_index("ix_backup_asset_ended", "backup", ["asset", "ended_at", "id"])
    op.drop_index("ix_backup_asset", table_name="backup")
