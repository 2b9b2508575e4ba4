"""The register's tables on assets: their history beside assets.yaml, which is their identity."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Date, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from cadangan.register.base import Base


class AssetSeen(Base):
    """When Cadangan first saw an asset in assets.yaml."""

    __tablename__ = "asset_seen"
    asset: Mapped[str] = mapped_column(String(120), primary_key=True)
    first_seen_at: Mapped[datetime]


class AssetReview(Base):
    """One yearly review of one asset, from the day on which it is asked for; without `reviewed_at` it waits."""

    __tablename__ = "asset_review"
    __table_args__ = (
        UniqueConstraint("dag_id", "run_id", "asset"),
        Index("ix_asset_review_asset", "asset", "reviewed_at"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    asset: Mapped[str] = mapped_column(String(120))
    dag_id: Mapped[str] = mapped_column(String(250))
    run_id: Mapped[str] = mapped_column(String(250))
    due_on: Mapped[date] = mapped_column(Date())
    opened_at: Mapped[datetime]
    # When its gate asked for an answer, None before.
    asked_at: Mapped[datetime | None]
    reviewed_at: Mapped[datetime | None]
    choice: Mapped[str] = mapped_column(String(64), default="")
    # core.review.QUESTIONS by their keys, true or false.
    ticks: Mapped[dict[str, Any]]
    note: Mapped[str] = mapped_column(Text, default="")
    by_user: Mapped[str] = mapped_column(String(250), default="")
    by_name: Mapped[str] = mapped_column(String(250), default="")
    by_nip: Mapped[str] = mapped_column(String(32), default="")
    by_role: Mapped[str] = mapped_column(String(120), default="")
    # The audit row that says the same.
    audit_seq: Mapped[int | None] = mapped_column(unique=True)


class DiscoveryFinding(Base):
    """A database that is on its server and not registered, or the other way round, for as long as that was so."""

    __tablename__ = "discovery_finding"
    __table_args__ = (Index("ix_discovery_finding_server", "server", "ended_at"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    server: Mapped[str] = mapped_column(String(120))
    # core.discovery.Kind.
    kind: Mapped[str] = mapped_column(String(16))
    name: Mapped[str] = mapped_column(Text)
    first_found_at: Mapped[datetime]
    last_found_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
