"""Keep a request's documents: in the documents folder and on the register."""

from collections.abc import Iterable

from sqlalchemy.orm import Session

from cadangan.config.policies import Destination
from cadangan.documents import store
from cadangan.documents.render import Rendered
from cadangan.register.models import Request
from cadangan.steps.desk import Desk


def save(desk: Desk, session: Session, request: Request, kind: str, rendered: Iterable[Rendered]) -> None:
    """Save the editions of one document; an earlier edition of the same name is replaced."""
    policies = desk.policies
    place = desk.place(Destination(name="dokumen", url=policies.documents_url, conn_id=policies.documents_conn_id))
    for document in rendered:
        store.save(session, request, kind, document, place, at=desk.now())
