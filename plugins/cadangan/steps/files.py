"""A request's documents: rendered as the register stands, kept in the documents folder and on the register.

They are written beside the acts that they tell of: rendering takes long, and one that fails holds nothing up.
"""

import logging
from collections.abc import Callable, Mapping
from pathlib import PurePosixPath

from sqlalchemy import delete
from sqlalchemy.orm import Session

from cadangan.core.plan import Plan
from cadangan.core.restoring import RESTORE
from cadangan.core.states import DESTRUCTION, REFUSED, Paper, Step
from cadangan.documents import render, store
from cadangan.documents.audience import Audience
from cadangan.documents.render import Rendered
from cadangan.documents.views.backup_minutes import backup_minutes
from cadangan.documents.views.destruction_minutes import destruction_minutes
from cadangan.documents.views.minutes import Minutes
from cadangan.documents.views.restore_minutes import restore_minutes
from cadangan.errors import CadanganError
from cadangan.register import destructions, plans, requests
from cadangan.register.models import Document, Request
from cadangan.steps.desk import Desk

log = logging.getLogger(__name__)


def write(desk: Desk, number: str, paper: Paper) -> None:
    """Render a document in all its editions and keep them in place of earlier ones.

    :raises DocumentError: it cannot be rendered.
    :raises CopyFailed: a file could not be written.
    :raises VaultError: the documents folder cannot be used.
    """
    looked_at = desk.now()
    with desk.register.reading() as session:
        request = requests.by_number(session, number)
        editions = {kind(paper, one): _RENDERERS[paper](desk, session, request, one) for one in _audiences(paper)}
    place = desk.documents()
    with desk.register.transaction() as session:
        request = requests.by_number(session, number)
        for name, rendered in editions.items():
            for edition in rendered:
                store.save(session, request, name, edition, place, at=looked_at)
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
    kinds = [kind(paper, audience) for audience in Audience]
    session.execute(delete(Document).where(Document.request_id == request.id, Document.kind.in_(kinds)))


def kind(paper: Paper, audience: Audience) -> str:
    """Return what the register calls the edition of `paper` for `audience`."""
    return str(paper) if audience.internal else f"{paper}_public"


def names(request: Request, *kinds: str) -> list[str]:
    """Return the names of the request's documents of those kinds."""
    return [document.name for document in request.documents if document.kind in kinds]


def missing(request: Request) -> list[Paper]:
    """Return the documents that are due by what happened to `request` and are not there."""
    there = {PurePosixPath(row.name).stem for row in request.documents}
    return [paper for paper, name in _due(request).items() if name not in there]


def _due(request: Request) -> dict[Paper, str]:
    frozen = [row.version for row in request.plans if row.frozen_at is not None]
    due = {Paper.RECEIPT: render.receipt_name(request)}
    if frozen:
        due[Paper.PLAN] = render.plan_name(request, frozen[-1])
    if any(row.step == Step.PLAN for row in request.steps) or request.status in REFUSED:
        due[Paper.DISPOSITION] = render.disposition_name(request)
    return due


def _audiences(paper: Paper) -> tuple[Audience, ...]:
    return tuple(Audience) if paper in _MASKED else (Audience.OFFICE,)


def _receipt(desk: Desk, _: Session, request: Request, __: Audience) -> tuple[Rendered, ...]:
    return render.receipt(request, desk.sop, desk.assets)


def _disposition(desk: Desk, _: Session, request: Request, audience: Audience) -> tuple[Rendered, ...]:
    return render.disposition(request, desk.sop, desk.assets, audience)


def _plan(desk: Desk, session: Session, request: Request, audience: Audience) -> tuple[Rendered, ...]:
    plan = Plan.model_validate_json(plans.current(session, request).body)
    return render.plan(request, plan, desk.sop, desk.assets, audience)


def _report(desk: Desk, _: Session, request: Request, audience: Audience) -> tuple[Rendered, ...]:
    return render.report(request, desk.sop, desk.assets, audience)


def _reply(desk: Desk, _: Session, request: Request, __: Audience) -> tuple[Rendered, ...]:
    return render.reply(request, desk.sop, desk.assets)


def _minutes(desk: Desk, session: Session, request: Request, audience: Audience) -> tuple[Rendered, ...]:
    if request.service == DESTRUCTION:
        view: Minutes = destruction_minutes(
            request,
            destructions.of(session, request),
            destructions.decision_on(session, request),
            desk.sop,
            desk.assets,
        )
    elif request.service == RESTORE:
        view = restore_minutes(request, desk.sop, desk.assets)
    else:
        view = backup_minutes(request, desk.sop, desk.assets)
    return render.minutes(view, audience)


_MASKED = frozenset({Paper.REPORT, Paper.MINUTES})
_RENDERERS: Mapping[Paper, Callable[[Desk, Session, Request, Audience], tuple[Rendered, ...]]] = {
    Paper.RECEIPT: _receipt,
    Paper.DISPOSITION: _disposition,
    Paper.PLAN: _plan,
    Paper.REPORT: _report,
    Paper.REPLY: _reply,
    Paper.MINUTES: _minutes,
}
