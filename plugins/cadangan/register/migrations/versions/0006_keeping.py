"""What is kept and what was destroyed, and series of numbers beside the letters'."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0003"
branch_labels = None
depends_on = None

INTEGER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("backup", sa.Column("deleted_at", INSTANT))
    op.add_column("backup", sa.Column("deleted_why", sa.Text()))
    op.create_table(
        "series",
        sa.Column("prefix", sa.String(8), primary_key=True),
        sa.Column("year", INTEGER, primary_key=True, autoincrement=False),
        sa.Column("last", INTEGER, nullable=False),
    )
    op.create_table(
        "backup_lock",
        sa.Column("id", INTEGER, primary_key=True),
        sa.Column("backup_id", INTEGER, sa.ForeignKey("backup.id"), nullable=False, index=True),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("by_user", sa.String(250), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("until", INSTANT),
        sa.Column("released_at", INSTANT),
    )
    op.create_table(
        "destruction",
        sa.Column("id", INTEGER, primary_key=True),
        sa.Column("request_id", INTEGER, sa.ForeignKey("request.id"), nullable=False),
        sa.Column("backup_id", INTEGER, sa.ForeignKey("backup.id"), nullable=False, index=True),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("begun_at", INSTANT),
        sa.Column("ended_at", INSTANT),
        sa.Column("destinations", sa.JSON(), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.UniqueConstraint("request_id", "backup_id"),
    )
