"""Time standards: marks at which a step is noticed, pauses of its clock, heartbeats."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

INTEGER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
# Steps that run while the register is upgraded have no marks before the breach: those instants need the calendar.
MARKS_OF_OPEN_STEPS = """
    INSERT INTO step_mark (step_id, share, at, state)
    SELECT step_time.id, 100, step_time.due_at, 'ahead'
    FROM step_time JOIN request ON request.id = step_time.request_id
    WHERE step_time.ended_at IS NULL AND step_time.due_at IS NOT NULL AND request.closed_at IS NULL
"""


def upgrade() -> None:
    """Create the tables, and the marks of the steps that are open."""
    op.create_table(
        "step_mark",
        sa.Column("id", INTEGER, primary_key=True),
        sa.Column("step_id", INTEGER, sa.ForeignKey("step_time.id"), nullable=False),
        sa.Column("share", INTEGER, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("noticed_at", INSTANT),
        sa.UniqueConstraint("step_id", "share"),
    )
    op.create_index("ix_step_mark_state_at", "step_mark", ["state", "at"])
    op.create_table(
        "step_pause",
        sa.Column("id", INTEGER, primary_key=True),
        sa.Column("step_id", INTEGER, sa.ForeignKey("step_time.id"), nullable=False),
        sa.Column("started_at", INSTANT, nullable=False),
        sa.Column("ended_at", INSTANT),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("by_user", sa.String(250), nullable=False),
    )
    op.create_index("ix_step_pause_step_id", "step_pause", ["step_id"])
    op.create_table(
        "heartbeat",
        sa.Column("name", sa.String(64), primary_key=True),
        sa.Column("at", INSTANT, nullable=False),
    )
    op.execute(MARKS_OF_OPEN_STEPS)
