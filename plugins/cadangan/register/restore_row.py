"""The table of the restores. Instants are UTC."""

from datetime import datetime
from typing import Any

from sqlalchemy import Float, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from cadangan.register.base import Base


class RestoreRow(Base):
    """One item restored in one round: what was to become of it, and how far it came.

    Names are on record before a server has them, so that whoever goes on after a crash knows what to look for.
    """

    __tablename__ = "restore"
    __table_args__ = (UniqueConstraint("item_id", "round"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id"), index=True)
    round: Mapped[int] = mapped_column(default=1)
    backup_id: Mapped[int] = mapped_column(ForeignKey("backup.id"), index=True)
    # The back-up of what was replaced; none where nothing was.
    safety_backup_id: Mapped[int | None] = mapped_column(ForeignKey("backup.id"))
    # The copy that was read; empty until then.
    destination: Mapped[str] = mapped_column(String(64), default="")
    # core.restoring.Mode.
    mode: Mapped[str] = mapped_column(String(16))
    server: Mapped[str] = mapped_column(String(120))
    # The name under which it is used afterwards; the name that it is restored under; the one of what was replaced.
    database: Mapped[str] = mapped_column(Text)
    side: Mapped[str] = mapped_column(String(120))
    kept: Mapped[str] = mapped_column(String(120), default="")
    # What tells those two places from all others that ever bore their names, by the engine.
    new_id: Mapped[str] = mapped_column(String(120), default="")
    old_id: Mapped[str] = mapped_column(String(120), default="")
    # core.states.Verdict of the comparison with the manifest.
    verdict: Mapped[str] = mapped_column(String(20))
    reason: Mapped[str] = mapped_column(Text, default="")
    detail: Mapped[str] = mapped_column(Text, default="")
    # core.difference.Difference and NotCompared in JSON, the first of them where there are very many.
    differences: Mapped[list[Any]]
    harmless: Mapped[list[Any]]
    not_compared: Mapped[list[Any]]
    # How many differences there are in all.
    different: Mapped[int] = mapped_column(default=0)
    restore_seconds: Mapped[float] = mapped_column(Float, default=0.0)
    compare_seconds: Mapped[float] = mapped_column(Float, default=0.0)
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    # It took its name, and the place of what was there.
    switched_at: Mapped[datetime | None]
    # What the confirmation led to: it stays, or what was there before is back.
    accepted_at: Mapped[datetime | None]
    rolled_back_at: Mapped[datetime | None]
    # What no longer serves is dropped from then on, and was dropped at.
    keep_until: Mapped[datetime | None]
    dropped_at: Mapped[datetime | None]
