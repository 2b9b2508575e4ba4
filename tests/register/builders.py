"""Builders of what the register's tests need, each with overrides."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from cadangan.core.choices import CHOICES, Choice, PlanChoice, VerifyChoice
from cadangan.core.manifest import Artefact, Codec, Inventory, Manifest, Source, TableFacts, Timings, Tool
from cadangan.core.plan import Executor, Plan, PlannedCopy, PlannedItem, Preconditions
from cadangan.core.states import Status
from cadangan.register import decisions, plans, requests
from cadangan.register.models import Decision, Item, Request

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


def later(minutes: float) -> datetime:
    return NOW + timedelta(minutes=minutes)


def register_letter(session: Session, run_id: str = "run-1", **overrides: Any) -> Request:
    values: dict[str, Any] = {
        "dag_id": "backup_request",
        "form": {"letter_number": "000.1/1/BKPSDM", "repeat": False},
        "letter_key": f"bkpsdm|{run_id}",
        "items": ["simpeg", "sapk"],
        "recorded_by": "dc",
        "violations": [],
        "prefix": "BR",
        "now": NOW,
    }
    return requests.register_request(session, run_id=run_id, **(values | overrides))


def move(session: Session, request: Request, *statuses: Status) -> None:
    for status in statuses:
        requests.change_status(session, request, status, actor="kabid", why="uji", now=NOW)


def decide(session: Session, request: Request, choice: Choice, **overrides: Any) -> Decision:
    values: dict[str, Any] = {
        "step": next(step for step, kind in CHOICES.items() if isinstance(choice, kind)),
        "round": 1,
        "note": "",
        "form": {"time": True},
        "by_user": "kasi",
        "by_name": "Kepala Seksi",
        "by_nip": "197008081990021001",
        "by_role": "Kepala Seksi Infrastruktur dan Teknologi",
        "at": later(5),
    }
    return decisions.record_decision(session, request, choice=choice, **(values | overrides))


def make_plan(request: Request, **overrides: Any) -> Plan:
    values: dict[str, Any] = {
        "request_no": request.number,
        "version": 1,
        "letter": "000.1/1/BKPSDM",
        "disposition": request.number,
        "preconditions": Preconditions(time=True, personnel=True, facilities=True),
        "start": NOW,
        "valid_until": NOW + timedelta(days=7),
        "executors": (Executor(user="dc", name="Petugas", nip="-", role="Personil Data Center"),),
        "items": tuple(planned(item) for item in request.items),
        "copies": (PlannedCopy(name="utama", url="file:///vault", location="ID", free_bytes=None),),
        "retention_days": 90,
        "compression": "zstd 3",
        "encryption": "age",
        "recipients": ("age1x",),
        "content_digest": "values",
        "steps": ("dump",),
        "risks": (),
        "rollback": "",
        "criteria": "",
    }
    return Plan(**(values | overrides))


def planned(item: Item, **overrides: Any) -> PlannedItem:
    values: dict[str, Any] = {
        "item_id": item.id,
        "asset": item.asset,
        "server": "srv-kepegawaian",
        "engine": "postgres",
        "database": item.asset,
        "server_version": "15.6",
        "client": "15.6",
        "method": "logis",
        "predicted_bytes": 1000,
        "predicted_seconds": 1,
    }
    return PlannedItem(**(values | overrides))


def approve_plan(session: Session, request: Request, **overrides: Any) -> Plan:
    """Draft a plan, have the plan gate approve it, freeze it."""
    row = plans.save_draft(session, request, make_plan(request, **overrides), at=later(10))
    decide(session, request, PlanChoice.APPROVE, plan_sha256=row.sha256, at=later(11))
    return freeze_current(session, request)


def freeze_current(session: Session, request: Request) -> Plan:
    plan = Plan.model_validate_json(plans.current(session, request).body)
    plans.freeze(session, request, plan, actor="kasi", at=later(12))
    return plan


def planned_request(session: Session, run_id: str = "run-1", **plan_overrides: Any) -> Request:
    """Bring a request to the point where its dump may run."""
    request = register_letter(session, run_id)
    decide(session, request, VerifyChoice.APPROVE, by_user="kabid", by_name="Kepala Bidang")
    move(session, request, Status.VERIFIED, Status.DISPOSED)
    approve_plan(session, request, **plan_overrides)
    move(session, request, Status.PLANNED)
    return request


def make_manifest(**overrides: Any) -> Manifest:
    values: dict[str, Any] = {
        "backup": "simpeg-20261123T020000Z",
        "request_no": "BR-2026-00001",
        "round": 1,
        "plan_sha256": "a" * 64,
        "source": Source(asset="simpeg", server="srv", engine="postgres", server_version="15.6", database="simpeg"),
        "inventory": Inventory(
            tables=(
                TableFacts(
                    schema_name="public", name="pegawai", owner="simpeg", rows=3, digest="42", digest_method="values"
                ),
            )
        ),
        "artefacts": (
            Artefact(kind="dump", name="a.dump", raw_bytes=1000, stored_bytes=300, sha256="b" * 64),
            Artefact(kind="globals", name="a.globals", raw_bytes=50, stored_bytes=20, sha256="c" * 64),
        ),
        "codec": Codec(compression="zstd", encryption="age", recipients=("age1x",), by_hand="age -d | zstd -d"),
        "tools": (Tool(name="pg_dump", version="15.6"),),
        "timings": Timings(started_at=NOW, snapshot_at=later(0.1), ended_at=later(2)),
    }
    return Manifest(**(values | overrides))


def without_guard(session: Session) -> None:
    """Switch off what keeps the audit log append-only, as someone who owns the database can."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("ALTER TABLE audit DISABLE TRIGGER USER"))
        return
    for name in ("audit_no_update", "audit_no_delete", "audit_no_replace"):
        session.execute(text(f"DROP TRIGGER {name}"))
