"""The register's tables of what is kept and what was destroyed, and of the numbers that are not letters'."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cadangan.register.base import Base
from cadangan.register.models import Backup, Request


class Series(Base):
    """The last number given out of a series in a year; its row is the lock of giving out."""

    __tablename__ = "series"
    prefix: Mapped[str] = mapped_column(String(8), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last: Mapped[int]


class BackupLock(Base):
    """What keeps a back-up from being destroyed: why, by whose word, until when; open-ended without `until`."""

    __tablename__ = "backup_lock"
    id: Mapped[int] = mapped_column(primary_key=True)
    backup_id: Mapped[int] = mapped_column(ForeignKey("backup.id"), index=True)
    why: Mapped[str] = mapped_column(Text)
    by_user: Mapped[str] = mapped_column(String(250))
    at: Mapped[datetime]
    until: Mapped[datetime | None]
    released_at: Mapped[datetime | None]


class Destruction(Base):
    """One back-up that a plan of destruction names, and what became of it.

    From `begun_at` on its copies may be gone; at `ended_at` they all are. A row that never began was only planned.
    """

    __tablename__ = "destruction"
    __table_args__ = (UniqueConstraint("request_id", "backup_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    request_id: Mapped[int] = mapped_column(ForeignKey("request.id"))
    backup_id: Mapped[int] = mapped_column(ForeignKey("backup.id"), index=True)
    # core.retention.Reason as it was when the plan was made.
    why: Mapped[str] = mapped_column(Text)
    begun_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    # Names of the destinations at which its files are gone.
    destinations: Mapped[list[Any]]
    error: Mapped[str] = mapped_column(Text, default="")
    backup: Mapped[Backup] = relationship()
    request: Mapped[Request] = relationship()


# The mappers of `models` were configured at its import; so are these, once for all tasks that are forked from here.
Base.registry.configure()
