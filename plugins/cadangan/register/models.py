"""The register's tables. Instants are UTC, sizes bytes."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cadangan.register.base import Base
from cadangan.register.rehearsal_row import RehearsalRow
from cadangan.register.restore_row import RestoreRow
from cadangan.register.time_tables import StepMark, StepPause


class Counter(Base):
    """The last request number given out in a year; its row is the lock of registration."""

    __tablename__ = "counter"
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last: Mapped[int]


class Request(Base):
    """One letter, one run."""

    __tablename__ = "request"
    __table_args__ = (UniqueConstraint("dag_id", "run_id"), Index("ix_request_letter", "letter_key"))
    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(32), unique=True)
    dag_id: Mapped[str] = mapped_column(String(250))
    run_id: Mapped[str] = mapped_column(String(250))
    service: Mapped[str] = mapped_column(String(16))
    status: Mapped[str] = mapped_column(String(32), index=True)
    result: Mapped[str | None] = mapped_column(String(32))
    # What makes two letters the same: office, number and date, folded; kept for the look-up of repeats.
    letter_key: Mapped[str] = mapped_column(String(400))
    # The form as it was accepted (or refused): core.request.RequestForm in JSON.
    form: Mapped[dict[str, Any]]
    violations: Mapped[list[Any]]
    recorded_by: Mapped[str] = mapped_column(String(250))
    created_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    close_note: Mapped[str] = mapped_column(Text, default="")
    items: Mapped[list["Item"]] = relationship(back_populates="request", order_by="Item.position")
    steps: Mapped[list["StepTime"]] = relationship(back_populates="request", order_by="StepTime.id")
    decisions: Mapped[list["Decision"]] = relationship(order_by="Decision.id")
    plans: Mapped[list["PlanRow"]] = relationship(order_by="PlanRow.version")
    documents: Mapped[list["Document"]] = relationship(order_by="Document.id")
    notices: Mapped[list["Notice"]] = relationship(order_by="Notice.id")


class Item(Base):
    """One database that a letter asks for."""

    __tablename__ = "item"
    __table_args__ = (UniqueConstraint("request_id", "position"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    request_id: Mapped[int] = mapped_column(ForeignKey("request.id"), index=True)
    position: Mapped[int]
    asset: Mapped[str] = mapped_column(String(120))
    # engines.Inspection in JSON, empty before the inspection; of a target that could not be inspected, its blockers
    # and their `details` for the staff.
    inspection: Mapped[dict[str, Any]]
    result: Mapped[str | None] = mapped_column(String(32))
    # documents.failures.Told of what failed: the sentence for everyone, the message for the staff.
    error: Mapped[str] = mapped_column(Text, default="")
    error_detail: Mapped[str] = mapped_column(Text, default="")
    progress_bytes: Mapped[int] = mapped_column(default=0)
    progress_at: Mapped[datetime | None]
    request: Mapped[Request] = relationship(back_populates="items")
    backups: Mapped[list["Backup"]] = relationship(back_populates="item", order_by="Backup.id")
    restores: Mapped[list[RestoreRow]] = relationship(order_by=RestoreRow.round)


class StepTime(Base):
    """When a step of a request began, was due and ended (time standards, SOP column 8)."""

    __tablename__ = "step_time"
    __table_args__ = (UniqueConstraint("request_id", "step", "round"), Index("ix_step_open_due", "ended_at", "due_at"))
    id: Mapped[int] = mapped_column(primary_key=True)
    request_id: Mapped[int] = mapped_column(ForeignKey("request.id"))
    step: Mapped[str] = mapped_column(String(16))
    round: Mapped[int] = mapped_column(default=1)
    started_at: Mapped[datetime]
    due_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    calendar_version: Mapped[str] = mapped_column(String(64), default="")
    late_reason: Mapped[str] = mapped_column(Text, default="")
    request: Mapped[Request] = relationship(back_populates="steps")
    marks: Mapped[list[StepMark]] = relationship(order_by="StepMark.share")
    pauses: Mapped[list[StepPause]] = relationship(order_by="StepPause.id")


class Decision(Base):
    """An accepted answer at a gate. Refused answers stand in the audit log only."""

    __tablename__ = "decision"
    id: Mapped[int] = mapped_column(primary_key=True)
    request_id: Mapped[int] = mapped_column(ForeignKey("request.id"), index=True)
    step: Mapped[str] = mapped_column(String(16))
    round: Mapped[int] = mapped_column(default=1)
    choice: Mapped[str] = mapped_column(String(64))
    note: Mapped[str] = mapped_column(Text, default="")
    form: Mapped[dict[str, Any]]
    by_user: Mapped[str] = mapped_column(String(250))
    by_name: Mapped[str] = mapped_column(String(250))
    by_nip: Mapped[str] = mapped_column(String(32))
    by_role: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]
    # The audit row that says the same; an acting task believes a decision only when both agree.
    audit_seq: Mapped[int] = mapped_column(unique=True)


class PlanRow(Base):
    """A plan: `body` is the canonical JSON of core.plan.Plan, frozen once `frozen_at` is set."""

    __tablename__ = "plan"
    __table_args__ = (UniqueConstraint("request_id", "version"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    request_id: Mapped[int] = mapped_column(ForeignKey("request.id"))
    version: Mapped[int]
    body: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(String(64))
    frozen_at: Mapped[datetime | None]
    # The audit row of the latest save or of the freezing.
    audit_seq: Mapped[int]


class Backup(Base):
    """A finished back-up; `manifest` is core.manifest.Manifest in JSON. No row, no back-up."""

    __tablename__ = "backup"
    # The latest back-up of an asset is asked for at every request that names it.
    __table_args__ = (Index("ix_backup_asset_ended", "asset", "ended_at", "id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id"), index=True)
    round: Mapped[int] = mapped_column(default=1)
    name: Mapped[str] = mapped_column(String(250), unique=True)
    asset: Mapped[str] = mapped_column(String(120))
    started_at: Mapped[datetime]
    snapshot_at: Mapped[datetime]
    ended_at: Mapped[datetime]
    stored_bytes: Mapped[int]
    manifest: Mapped[dict[str, Any]]
    # Its copies were destroyed: when, and why. The row stays.
    deleted_at: Mapped[datetime | None]
    deleted_why: Mapped[str | None] = mapped_column(Text)
    item: Mapped[Item] = relationship(back_populates="backups")
    copies: Mapped[list["Copy"]] = relationship(
        primaryjoin="and_(Backup.id == Copy.backup_id, Copy.missing.is_(None))", order_by="Copy.id"
    )
    missing: Mapped[list["Copy"]] = relationship(
        primaryjoin="and_(Backup.id == Copy.backup_id, Copy.missing.is_not(None))",
        order_by="Copy.id",
        overlaps="copies",
    )
    rehearsals: Mapped[list[RehearsalRow]] = relationship(order_by=RehearsalRow.id)


class Copy(Base):
    """One artefact at one destination."""

    __tablename__ = "copy"
    __table_args__ = (UniqueConstraint("backup_id", "destination", "artefact"), Index("ix_copy_checked", "checked_at"))
    id: Mapped[int] = mapped_column(primary_key=True)
    backup_id: Mapped[int] = mapped_column(ForeignKey("backup.id"), index=True)
    destination: Mapped[str] = mapped_column(String(64))
    artefact: Mapped[str] = mapped_column(String(250))
    url: Mapped[str] = mapped_column(Text)
    bytes: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    # Why it does not lie there, in Indonesian: it could not be written, or was lost. None where it does.
    missing: Mapped[str | None] = mapped_column(Text)
    checked_at: Mapped[datetime | None]
    # core.states.Verdict for: the digest of what lies there, decryption to the end, the table of contents.
    digest_check: Mapped[str] = mapped_column(String(20), default="tidak dijalankan")
    decrypt_check: Mapped[str] = mapped_column(String(20), default="tidak dijalankan")
    contents_check: Mapped[str] = mapped_column(String(20), default="tidak dijalankan")
    # Why checks failed or were not run, and the messages of those that failed, for the staff.
    check_note: Mapped[str] = mapped_column(Text, default="")
    check_detail: Mapped[str] = mapped_column(Text, default="")
    backup: Mapped[Backup] = relationship(overlaps="copies,missing")


class Document(Base):
    """A rendered document; the file lies in the vault's documents folder."""

    __tablename__ = "document"
    __table_args__ = (UniqueConstraint("request_id", "name"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    request_id: Mapped[int] = mapped_column(ForeignKey("request.id"))
    kind: Mapped[str] = mapped_column(String(32))
    name: Mapped[str] = mapped_column(String(250))
    media_type: Mapped[str] = mapped_column(String(120))
    url: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime]


class Notice(Base):
    """A mail: written first, sent then, so that one which the server refused is never lost."""

    __tablename__ = "notice"
    id: Mapped[int] = mapped_column(primary_key=True)
    # One mail per key: a second try of a task finds it and does not write another.
    key: Mapped[str] = mapped_column(String(250), unique=True)
    request_id: Mapped[int | None] = mapped_column(ForeignKey("request.id"), index=True)
    kind: Mapped[str] = mapped_column(String(32))
    recipients: Mapped[list[Any]]
    subject: Mapped[str] = mapped_column(Text)
    html: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    # Names of documents of the same request to attach.
    attachments: Mapped[list[Any]]
    state: Mapped[str] = mapped_column(String(16), default="pending", index=True)
    attempts: Mapped[int] = mapped_column(default=0)
    error: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime]
    # While it is being sent: since when.
    sent_at: Mapped[datetime | None]


class AuditHead(Base):
    """The end of the audit chain; its row is the lock of appending."""

    __tablename__ = "audit_head"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    seq: Mapped[int]
    hash: Mapped[str] = mapped_column(String(64))


class AuditEntry(Base):
    """Who did what to what, when and why; append-only, each row carries the hash of the one before."""

    __tablename__ = "audit"
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(String(250))
    action: Mapped[str] = mapped_column(String(64))
    subject: Mapped[str] = mapped_column(String(250), index=True)
    detail: Mapped[str] = mapped_column(Text)
    previous: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))


# A third of a second, at the import instead of at each process's first query: tasks are forked from one that imported.
Base.registry.configure()
