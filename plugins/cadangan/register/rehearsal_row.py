"""The table of the rehearsals. Instants are UTC."""

from datetime import datetime
from typing import Any

from sqlalchemy import Float, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from cadangan.register.base import Base


class RehearsalRow(Base):
    """One try to restore a back-up for proof, or why there was none."""

    __tablename__ = "rehearsal"
    id: Mapped[int] = mapped_column(primary_key=True)
    backup_id: Mapped[int] = mapped_column(ForeignKey("backup.id"), index=True)
    # The copy that was read; empty where it did not come to that.
    destination: Mapped[str] = mapped_column(String(64), default="")
    # core.states.Verdict.
    verdict: Mapped[str] = mapped_column(String(20))
    # Where it was restored to, for people.
    place: Mapped[str] = mapped_column(String(250), default="")
    # Why it was not run or what failed: the sentence for everyone, the message for the staff.
    reason: Mapped[str] = mapped_column(Text, default="")
    detail: Mapped[str] = mapped_column(Text, default="")
    # core.difference.Difference and NotCompared in JSON, the first of them where there are very many.
    differences: Mapped[list[Any]]
    harmless: Mapped[list[Any]]
    not_compared: Mapped[list[Any]]
    # How many differences there are in all.
    different: Mapped[int] = mapped_column(default=0)
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime]
    restore_seconds: Mapped[float] = mapped_column(Float, default=0.0)
    compare_seconds: Mapped[float] = mapped_column(Float, default=0.0)
