"""Step 2: look at the targets, then the disposition (Memverifikasi dan mendisposisikan)."""

import logging
from datetime import datetime

from cadangan.core.states import Status, Step
from cadangan.documents import render
from cadangan.documents.failures import told
from cadangan.engines import engine
from cadangan.register import requests
from cadangan.register.models import Item, Request
from cadangan.steps import files, timing
from cadangan.steps.desk import Desk

log = logging.getLogger(__name__)


def inspect(desk: Desk, number: str) -> None:
    """Inspect every item's database and keep what was found; a target that does not answer is a finding too."""
    with desk.register.transaction() as session:
        items = [(item.id, item.asset) for item in requests.by_number(session, number).items]
    for item_id, asset_name in items:
        findings = inspect_asset(desk, number, asset_name)
        with desk.register.transaction() as session:
            session.get_one(Item, item_id).inspection = findings


def inspect_asset(desk: Desk, number: str, asset_name: str) -> dict[str, object]:
    """Return the engine's inspection of an asset as JSON, with a blocker when the target could not be inspected."""
    try:
        server, asset = desk.assets.find(asset_name)
        with desk.site(server, asset) as site:
            inspection = engine(server.engine).inspect(site.target, desk.policies.client_dirs, site.host)
    except Exception as err:
        # A server that is down, a connection that is not there, an asset that is gone: the officer must see it.
        log.warning("Request %s: %s could not be inspected: %s", number, asset_name, err)
        shown = told(err)
        return {
            "blockers": [f"Tidak dapat diperiksa. {shown.sentence}"],
            "details": [shown.detail],
            "warnings": [],
        }
    log.info(
        "Request %s: inspected %s on %s: server %s, %d bytes, %d blockers, %d warnings",
        number,
        asset_name,
        server.name,
        inspection.server_version,
        inspection.size_bytes,
        len(inspection.blockers),
        len(inspection.warnings),
    )
    findings: dict[str, object] = inspection.model_dump(mode="json")
    return findings


def dispose(desk: Desk, number: str) -> None:
    """Hand the request to the planners and write the disposition."""
    with desk.register.transaction() as session:
        request = requests.by_number(session, number)
        now = desk.now()
        requests.change_status(session, request, Status.DISPOSED, actor="cadangan", why="disposisi", now=now)
        timing.begin(desk, session, request, Step.PLAN, round_no=1, at=_approved_at(request) or now)
    write_disposition(desk, number)


def write_disposition(desk: Desk, number: str) -> None:
    """Render the disposition sheet, which also tells of a returned or rejected request, and keep it."""
    # Apart from the acts that it tells of: rendering takes long, and an audited act keeps the audit log locked.
    with desk.register.transaction() as session:
        request = requests.by_number(session, number)
        files.save(desk, session, request, "disposition", render.disposition(request, desk.sop, desk.assets))


def write_reply(desk: Desk, number: str) -> None:
    """Render the letter that returns or rejects a request, and keep it."""
    with desk.register.transaction() as session:
        request = requests.by_number(session, number)
        files.save(desk, session, request, "reply", render.reply(request, desk.sop, desk.assets))


def _approved_at(request: Request) -> datetime | None:
    return max((row.at for row in request.decisions if row.step == Step.VERIFY), default=None)
