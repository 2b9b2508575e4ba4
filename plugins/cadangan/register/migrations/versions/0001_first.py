"""The first schema: requests, their steps, decisions, plans, back-ups, papers, and the audit log."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

INTEGER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)

AUDIT_GUARD_POSTGRESQL = (
    """
    CREATE FUNCTION cadangan_audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'the audit log is append-only';
    END
    $$
    """,
    """
    CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit
    FOR EACH STATEMENT EXECUTE FUNCTION cadangan_audit_refuse()
    """,
)
AUDIT_GUARD_SQLITE = (
    """
    CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit
    BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END
    """,
    """
    CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit
    BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END
    """,
    # INSERT OR REPLACE removes the old row without firing the delete trigger.
    """
    CREATE TRIGGER audit_no_replace BEFORE INSERT ON audit WHEN EXISTS (SELECT 1 FROM audit WHERE seq = NEW.seq)
    BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END
    """,
)


def upgrade() -> None:
    """Create the tables, the triggers that guard the audit log, and the head of its chain."""
    _requests()
    _steps_and_decisions()
    _backups()
    _papers()
    _audit()


def _requests() -> None:
    op.create_table(
        "counter",
        sa.Column("year", INTEGER, primary_key=True, autoincrement=False),
        sa.Column("last", INTEGER, nullable=False),
    )
    op.create_table(
        "request",
        sa.Column("id", INTEGER, primary_key=True),
        sa.Column("number", sa.String(32), nullable=False, unique=True),
        sa.Column("dag_id", sa.String(250), nullable=False),
        sa.Column("run_id", sa.String(250), nullable=False),
        sa.Column("service", sa.String(16), nullable=False),
        sa.Column("status", sa.String(32), nullable=False, index=True),
        sa.Column("result", sa.String(32)),
        sa.Column("letter_key", sa.String(400), nullable=False),
        sa.Column("form", sa.JSON(), nullable=False),
        sa.Column("violations", sa.JSON(), nullable=False),
        sa.Column("recorded_by", sa.String(250), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("closed_at", INSTANT),
        sa.Column("close_note", sa.Text(), nullable=False),
        sa.UniqueConstraint("dag_id", "run_id"),
        sa.Index("ix_request_letter", "letter_key"),
    )
    op.create_table(
        "item",
        sa.Column("id", INTEGER, primary_key=True),
        sa.Column("request_id", INTEGER, sa.ForeignKey("request.id"), nullable=False, index=True),
        sa.Column("position", INTEGER, nullable=False),
        sa.Column("asset", sa.String(120), nullable=False),
        sa.Column("inspection", sa.JSON(), nullable=False),
        sa.Column("result", sa.String(32)),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("error_detail", sa.Text(), nullable=False),
        sa.Column("progress_bytes", INTEGER, nullable=False),
        sa.Column("progress_at", INSTANT),
        sa.UniqueConstraint("request_id", "position"),
    )


def _steps_and_decisions() -> None:
    op.create_table(
        "step_time",
        sa.Column("id", INTEGER, primary_key=True),
        sa.Column("request_id", INTEGER, sa.ForeignKey("request.id"), nullable=False),
        sa.Column("step", sa.String(16), nullable=False),
        sa.Column("round", INTEGER, nullable=False),
        sa.Column("started_at", INSTANT, nullable=False),
        sa.Column("due_at", INSTANT),
        sa.Column("ended_at", INSTANT),
        sa.Column("calendar_version", sa.String(64), nullable=False),
        sa.Column("late_reason", sa.Text(), nullable=False),
        sa.UniqueConstraint("request_id", "step", "round"),
        sa.Index("ix_step_open_due", "ended_at", "due_at"),
    )
    op.create_table(
        "decision",
        sa.Column("id", INTEGER, primary_key=True),
        sa.Column("request_id", INTEGER, sa.ForeignKey("request.id"), nullable=False, index=True),
        sa.Column("step", sa.String(16), nullable=False),
        sa.Column("round", INTEGER, nullable=False),
        sa.Column("choice", sa.String(64), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("form", sa.JSON(), nullable=False),
        sa.Column("by_user", sa.String(250), nullable=False),
        sa.Column("by_name", sa.String(250), nullable=False),
        sa.Column("by_nip", sa.String(32), nullable=False),
        sa.Column("by_role", sa.String(64), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("audit_seq", INTEGER, nullable=False, unique=True),
    )
    op.create_table(
        "plan",
        sa.Column("id", INTEGER, primary_key=True),
        sa.Column("request_id", INTEGER, sa.ForeignKey("request.id"), nullable=False),
        sa.Column("version", INTEGER, nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("frozen_at", INSTANT),
        sa.Column("audit_seq", INTEGER, nullable=False),
        sa.UniqueConstraint("request_id", "version"),
    )


def _backups() -> None:
    op.create_table(
        "backup",
        sa.Column("id", INTEGER, primary_key=True),
        sa.Column("item_id", INTEGER, sa.ForeignKey("item.id"), nullable=False, index=True),
        sa.Column("round", INTEGER, nullable=False),
        sa.Column("name", sa.String(250), nullable=False, unique=True),
        sa.Column("asset", sa.String(120), nullable=False, index=True),
        sa.Column("started_at", INSTANT, nullable=False),
        sa.Column("snapshot_at", INSTANT, nullable=False),
        sa.Column("ended_at", INSTANT, nullable=False),
        sa.Column("stored_bytes", INTEGER, nullable=False),
        sa.Column("manifest", sa.JSON(), nullable=False),
    )
    op.create_table(
        "copy",
        sa.Column("id", INTEGER, primary_key=True),
        sa.Column("backup_id", INTEGER, sa.ForeignKey("backup.id"), nullable=False, index=True),
        sa.Column("destination", sa.String(64), nullable=False),
        sa.Column("artefact", sa.String(250), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("bytes", INTEGER, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("checked_at", INSTANT),
        sa.Column("digest_check", sa.String(20), nullable=False),
        sa.Column("decrypt_check", sa.String(20), nullable=False),
        sa.Column("contents_check", sa.String(20), nullable=False),
        sa.Column("check_note", sa.Text(), nullable=False),
        sa.Column("check_detail", sa.Text(), nullable=False),
        sa.UniqueConstraint("backup_id", "destination", "artefact"),
    )


def _papers() -> None:
    op.create_table(
        "document",
        sa.Column("id", INTEGER, primary_key=True),
        sa.Column("request_id", INTEGER, sa.ForeignKey("request.id"), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("name", sa.String(250), nullable=False),
        sa.Column("media_type", sa.String(120), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.UniqueConstraint("request_id", "name"),
    )
    op.create_table(
        "notice",
        sa.Column("id", INTEGER, primary_key=True),
        sa.Column("key", sa.String(250), nullable=False, unique=True),
        sa.Column("request_id", INTEGER, sa.ForeignKey("request.id"), index=True),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("recipients", sa.JSON(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("attachments", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(16), nullable=False, index=True),
        sa.Column("attempts", INTEGER, nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("sent_at", INSTANT),
    )


def _audit() -> None:
    head = op.create_table(
        "audit_head",
        sa.Column("id", INTEGER, primary_key=True, autoincrement=False),
        sa.Column("seq", INTEGER, nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
    )
    op.create_table(
        "audit",
        sa.Column("seq", INTEGER, primary_key=True, autoincrement=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("actor", sa.String(250), nullable=False),
        sa.Column("action", sa.String(64), nullable=False),
        sa.Column("subject", sa.String(250), nullable=False, index=True),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("previous", sa.String(64), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
    )
    op.bulk_insert(head, [{"id": 1, "seq": 0, "hash": "0" * 64}])
    on_postgresql = op.get_bind().dialect.name == "postgresql"
    for statement in AUDIT_GUARD_POSTGRESQL if on_postgresql else AUDIT_GUARD_SQLITE:
        op.execute(statement)
