"""Keep a request's documents: in the documents folder and on the register."""

from collections.abc import Iterable

from sqlalchemy.orm import Session

from cadangan.documents import store
from cadangan.documents.audience import Audience
from cadangan.documents.render import Rendered
from cadangan.register.models import Request
from cadangan.steps.desk import Desk


def save(desk: Desk, session: Session, request: Request, kind: str, rendered: Iterable[Rendered]) -> None:
    """Save the editions of one document; an earlier edition of the same name is replaced."""
    place = desk.documents()
    for document in rendered:
        store.save(session, request, kind, document, place, at=desk.now())


def kind(paper: str, audience: Audience) -> str:
    """Return what the register calls the edition of `paper` for `audience`."""
    return paper if audience.internal else f"{paper}_public"


def names(request: Request, *kinds: str) -> list[str]:
    """Return the names of the request's documents of those kinds."""
    return [document.name for document in request.documents if document.kind in kinds]
