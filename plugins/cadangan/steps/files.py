"""Keep a request's documents: in the documents folder and on the register."""

from collections.abc import Iterable

from sqlalchemy.orm import Session

from cadangan.documents import store
from cadangan.documents.render import Rendered
from cadangan.register.models import Request
from cadangan.steps.desk import Desk


def save(desk: Desk, session: Session, request: Request, kind: str, rendered: Iterable[Rendered]) -> None:
    """Save the editions of one document; an earlier edition of the same name is replaced."""
    place = desk.documents()
    for document in rendered:
        store.save(session, request, kind, document, place, at=desk.now())
