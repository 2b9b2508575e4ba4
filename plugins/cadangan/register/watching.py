"""The register's tables of what watches over the back-ups: scans of the vault, and alerts."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from cadangan.register.base import Base


class Scan(Base):
    """One look through the vault."""

    __tablename__ = "scan"
    id: Mapped[int] = mapped_column(primary_key=True)
    started_at: Mapped[datetime] = mapped_column(index=True)
    ended_at: Mapped[datetime | None]
    # What was re-read: files and bytes; and how many were good.
    files: Mapped[int] = mapped_column(default=0)
    bytes: Mapped[int] = mapped_column(default=0)
    good: Mapped[int] = mapped_column(default=0)
    # core.scanning.Finding, one by one.
    findings: Mapped[list[Any]] = mapped_column(JSON())


class StoredBytes(Base):
    """How much lay at a destination, and how much room was left, at a moment."""

    __tablename__ = "stored_bytes"
    __table_args__ = (Index("ix_stored_bytes", "destination", "at"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    destination: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]
    stored: Mapped[int]
    free: Mapped[int | None]


class AlertRow(Base):
    """Something that people must mend; open until it is right again."""

    __tablename__ = "alert"
    id: Mapped[int] = mapped_column(primary_key=True)
    # Kind and subject: one row for one thing, however often it comes back.
    key: Mapped[str] = mapped_column(String(400), unique=True)
    kind: Mapped[str] = mapped_column(String(64))
    subject: Mapped[str] = mapped_column(String(250))
    text: Mapped[str] = mapped_column(Text)
    action: Mapped[str] = mapped_column(Text)
    opened_at: Mapped[datetime]
    # Of the last mail, and how many there were since it was opened.
    told_at: Mapped[datetime | None]
    told: Mapped[int] = mapped_column(default=0)
    closed_at: Mapped[datetime | None] = mapped_column(index=True)
