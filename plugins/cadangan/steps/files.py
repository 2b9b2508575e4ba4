"""A request's documents: rendered as the register stands, kept in the documents folder and on the register.

They are written beside the acts that they tell of: rendering takes long, and one that fails holds nothing up.
"""

import logging
from collections.abc import Callable, Mapping
from pathlib import PurePosixPath

from sqlalchemy import delete
from sqlalchemy.orm import Session

from cadangan.core.plan import Plan
from cadangan.core.states import REFUSED, Paper, Step
from cadangan.documents import render, store
from cadangan.documents.render import Rendered
from cadangan.errors import CadanganError
from cadangan.register import plans, requests
from cadangan.register.models import Document, Request
from cadangan.steps.desk import Desk

log = logging.getLogger(__name__)


def write(desk: Desk, number: str, paper: Paper) -> None:
    """Render a document and keep it in place of an earlier edition.

    :raises DocumentError: it cannot be rendered.
    :raises CopyFailed: a file could not be written.
    :raises VaultError: the documents folder cannot be used.
    """
    looked_at = desk.now()
    with desk.register.reading() as session:
        editions = _RENDERERS[paper](desk, session, requests.by_number(session, number))
    place = desk.documents()
    with desk.register.transaction() as session:
        request = requests.by_number(session, number)
        for edition in editions:
            store.save(session, request, paper, edition, place, at=looked_at)
    log.info("Request %s: wrote the %s", number, paper)


def provide(desk: Desk, number: str, paper: Paper) -> None:
    """Write a document unless it is there; a failure is logged only, for the task that writes it fails by it too."""
    with desk.register.reading() as session:
        if any(row.kind == paper for row in requests.by_number(session, number).documents):
            return
    try:
        write(desk, number, paper)
    except CadanganError as err:
        log.warning("Request %s: there is no %s: %s", number, paper, err)


def void(session: Session, request: Request, paper: Paper) -> None:
    """Take a document that no longer tells how things are off the register; its files stay."""
    session.execute(delete(Document).where(Document.request_id == request.id, Document.kind == paper))


def missing(request: Request) -> list[Paper]:
    """Return the documents that are due by what happened to `request` and are not there."""
    there = {PurePosixPath(row.name).stem for row in request.documents}
    return [paper for paper, name in _due(request).items() if name not in there]


def _due(request: Request) -> dict[Paper, str]:
    frozen = [row.version for row in request.plans if row.frozen_at is not None]
    due = {Paper.PLAN: render.plan_name(request, frozen[-1])} if frozen else {}
    if any(row.step == Step.PLAN for row in request.steps) or request.status in REFUSED:
        due[Paper.DISPOSITION] = render.disposition_name(request)
    return due


def _disposition(desk: Desk, _: Session, request: Request) -> tuple[Rendered, ...]:
    return render.disposition(request, desk.sop, desk.assets)


def _plan(desk: Desk, session: Session, request: Request) -> tuple[Rendered, ...]:
    plan = Plan.model_validate_json(plans.current(session, request).body)
    return render.plan(request, plan, desk.sop, desk.assets)


def _report(desk: Desk, _: Session, request: Request) -> tuple[Rendered, ...]:
    return render.report(request, desk.sop, desk.assets)


_RENDERERS: Mapping[Paper, Callable[[Desk, Session, Request], tuple[Rendered, ...]]] = {
    Paper.DISPOSITION: _disposition,
    Paper.PLAN: _plan,
    Paper.REPORT: _report,
}
