"""Keep rendered documents: every edition as a file of its own, the newest of each name on the register.

A file is never overwritten: its stored name carries the beginning of its digest. So a transaction that is
rolled back leaves the register pointing at the edition that it names. Of two tasks that write the same document, the
one that looked at the register later prevails, whichever ends first.
"""

import hashlib
from datetime import datetime
from pathlib import PurePosixPath

from sqlalchemy.orm import Session

from cadangan.documents.render import Rendered
from cadangan.errors import DocumentError
from cadangan.register.models import Document, Request
from cadangan.vault.draft import Draft
from cadangan.vault.place import Place

DIGITS = 12


def save(session: Session, request: Request, kind: str, rendered: Rendered, place: Place, *, at: datetime) -> Document:
    """Store one edition, put it on the register in place of an earlier one of the same name, and return its row.

    :param at: when what it tells was read.
    :raises CopyFailed: the file could not be written.
    :raises VaultError: the folder could not be listed.
    """
    digest = hashlib.sha256(rendered.content).hexdigest()
    name = PurePosixPath(rendered.name)
    stored = f"{name.stem}.{digest[:DIGITS]}{name.suffix}"
    if stored not in place.files(request.number):
        _write(place, request.number, stored, rendered.content)
    row = next((row for row in request.documents if row.name == rendered.name), None)
    if row is None:
        row = Document(name=rendered.name, kind=kind)
        request.documents.append(row)
    elif row.created_at > at:
        return row
    row.media_type, row.sha256, row.created_at = rendered.media_type, digest, at
    row.url = place.url(request.number, stored)
    session.flush()
    return row


def read(document: Document, place: Place) -> bytes:
    """Return the content of a stored document; raise DocumentError when it is gone or is not what was stored."""
    *_, number, stored = document.url.split("/")
    path = place.path(number, stored)
    try:
        content: bytes = place.patiently(lambda: place.fs.cat_file(path))
    except Exception as err:
        raise DocumentError(
            f"Document {document.name} cannot be read at {path}: {err}. Clear the task that writes it."
        ) from err
    if hashlib.sha256(content).hexdigest() != document.sha256:
        raise DocumentError(f"{path} is not the document that was stored; clear the task that writes it.")
    return content


def _write(place: Place, number: str, stored: str, content: bytes) -> None:
    draft = Draft(place, number, stored)
    try:
        draft.write_whole(content)
        draft.publish()
    except BaseException:
        draft.withdraw()
        raise
