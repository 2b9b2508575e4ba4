"""The tables behind the time standards: when a step has to be noticed, when its clock stood still, who is alive."""

import enum
from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from cadangan.register.base import Base


@enum.unique
class MarkState(enum.StrEnum):
    """Where a mark is. OFF: its step ended, its request was closed or its clock stands still before it came."""

    AHEAD = "ahead"
    NOTICED = "noticed"
    WRITTEN = "written"
    OFF = "off"


class StepMark(Base):
    """An instant at which people hear of a step: so many percent of its standard are used up, at 100 it is late.

    AHEAD until the watcher sees that it has come, NOTICED until its mails are in the outbox, then WRITTEN.
    """

    __tablename__ = "step_mark"
    # The one index of the watcher's query.
    __table_args__ = (UniqueConstraint("step_id", "share"), Index("ix_step_mark_state_at", "state", "at"))
    id: Mapped[int] = mapped_column(primary_key=True)
    step_id: Mapped[int] = mapped_column(ForeignKey("step_time.id"))
    share: Mapped[int]
    at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(16), default=MarkState.AHEAD.value)
    noticed_at: Mapped[datetime | None]


class StepPause(Base):
    """A time in which a step's clock stood still, waiting for the requester; open while `ended_at` is empty."""

    __tablename__ = "step_pause"
    id: Mapped[int] = mapped_column(primary_key=True)
    step_id: Mapped[int] = mapped_column(ForeignKey("step_time.id"), index=True)
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(Text)
    by_user: Mapped[str] = mapped_column(String(250))


class Heartbeat(Base):
    """When something that must never stop was last seen alive."""

    __tablename__ = "heartbeat"
    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    at: Mapped[datetime]
