"""Keep rendered documents: every edition as a file of its own, the newest of each name on the register.

A file is never overwritten: its stored name carries the beginning of its digest. So a transaction that is
rolled back leaves the register pointing at the edition that it names. Of two tasks that write the same document, the
one that looked at the register later prevails, whichever ends first.
"""

import hashlib
from datetime import datetime
from pathlib import PurePosixPath

from sqlalchemy import select
from sqlalchemy.orm import Session

from cadangan.documents.render import Rendered
from cadangan.errors import DocumentError
from cadangan.register.models import Document, Request
from cadangan.register.office import OfficeDocument
from cadangan.vault.draft import Draft
from cadangan.vault.place import Place

DIGITS = 12


def save(session: Session, request: Request, kind: str, rendered: Rendered, place: Place, *, at: datetime) -> Document:
    """Store one edition, put it on the register in place of an earlier one of the same name, and return its row.

    :param at: when what it tells was read.
    :raises CopyFailed: the file could not be written.
    :raises VaultError: the folder could not be listed.
    """
    row = next((row for row in request.documents if row.name == rendered.name), None)
    if row is None:
        row = Document(name=rendered.name, kind=kind)
        request.documents.append(row)
    elif row.created_at > at:
        return row
    _keep(row, rendered, place, request.number, at)
    session.flush()
    return row


def save_of_office(session: Session, kind: str, rendered: Rendered, place: Place, *, at: datetime) -> OfficeDocument:
    """Store one edition of a document that belongs to no request, as `save` does, and return its row."""
    row = session.scalars(select(OfficeDocument).where(OfficeDocument.name == rendered.name)).one_or_none()
    if row is None:
        row = OfficeDocument(name=rendered.name, kind=kind)
        session.add(row)
    _keep(row, rendered, place, kind, at)
    session.flush()
    return row


def digest_of(content: bytes) -> str:
    """Return the SHA-256 of a document in lower-case hex."""
    return hashlib.sha256(content).hexdigest()


def _keep(row: Document | OfficeDocument, rendered: Rendered, place: Place, folder: str, at: datetime) -> None:
    digest = digest_of(rendered.content)
    name = PurePosixPath(rendered.name)
    stored = f"{name.stem}.{digest[:DIGITS]}{name.suffix}"
    if stored not in place.files(folder):
        _write(place, folder, stored, rendered.content)
    row.media_type, row.sha256, row.created_at = rendered.media_type, digest, at
    row.url = place.url(folder, stored)


def read(document: Document | OfficeDocument, place: Place) -> bytes:
    """Return the content of a stored document; raise DocumentError when it is gone or is not what was stored."""
    *_, folder, stored = document.url.split("/")
    path = place.path(folder, stored)
    try:
        content: bytes = place.patiently(lambda: place.fs.cat_file(path))
    except Exception as err:
        raise DocumentError(
            f"Document {document.name} cannot be read at {path}: {err}. Clear the task that writes it."
        ) from err
    if hashlib.sha256(content).hexdigest() != document.sha256:
        raise DocumentError(f"{path} is not the document that was stored; clear the task that writes it.")
    return content


def _write(place: Place, folder: str, stored: str, content: bytes) -> None:
    draft = Draft(place, folder, stored)
    try:
        draft.write_whole(content)
        draft.publish()
    except BaseException:
        draft.withdraw()
        raise
