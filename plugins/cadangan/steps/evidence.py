"""The evidence of a year in one archive: what the register holds, the documents, and a digest of every file."""

import hashlib
import io
import json
import zipfile
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from cadangan.documents import store
from cadangan.errors import DocumentError
from cadangan.register import audit
from cadangan.register import compliance as facts
from cadangan.register.asset_models import AssetReview
from cadangan.register.base import Base
from cadangan.register.models import AuditEntry, Request
from cadangan.register.office import OfficeDocument
from cadangan.steps.compliance import period
from cadangan.steps.desk import Desk

SUMS = "SHA256SUMS"
_PARTS = ("items", "decisions", "plans", "documents", "notices")


def write_pack(desk: Desk, year: int, path: Path) -> int:
    """Write the evidence of `year` to a ZIP archive at `path` and return how many files are in it.

    Requests (with all that belongs to them), asset reviews, the audit log of the year, every document, and
    `SHA256SUMS`, which `sha256sum --check` reads. The same register gives the same bytes.

    :raises DocumentError: a document is gone or is not what was stored; a pack would be no evidence without it.
    :raises AuditBroken: the audit log does not hold.
    """
    first, after = (_midnight(desk, day) for day in period(str(year)))
    sums = io.StringIO()
    count = 0
    part = path.with_name(path.name + ".part")
    with desk.register.reading() as session, zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as archive:
        audit.verify(session)
        for name, content in _files(desk, session, first, after):
            _add(archive, name, content)
            sums.write(f"{hashlib.sha256(content).hexdigest()}  {name}\n")
            count += 1
        _add(archive, SUMS, sums.getvalue().encode())
    part.replace(path)
    return count


def _files(desk: Desk, session: Session, first: datetime, after: datetime) -> Iterator[tuple[str, bytes]]:
    place = desk.documents()
    for request in facts.requests_of(session, first, after):
        yield f"requests/{request.number}/register.json", _json(_request(request))
        for row in request.documents:
            yield f"requests/{request.number}/{row.name}", store.read(row, place)
    made = select(OfficeDocument).where(OfficeDocument.created_at >= first, OfficeDocument.created_at < after)
    for office in session.scalars(made.order_by(OfficeDocument.name)):
        yield f"reports/{office.name}", store.read(office, place)
    reviewed = select(AssetReview).where(AssetReview.opened_at >= first, AssetReview.opened_at < after)
    reviews = [_columns(row) for row in session.scalars(reviewed.order_by(AssetReview.id))]
    yield "asset-reviews.json", _json(reviews)
    yield "audit.jsonl", b"".join(_audit(session, first, after))


def _request(request: Request) -> dict[str, Any]:
    whole = _columns(request) | {part: [_columns(row) for row in getattr(request, part)] for part in _PARTS}
    whole["steps"] = [_columns(row) | {"pauses": [_columns(pause) for pause in row.pauses]} for row in request.steps]
    whole["backups"] = [
        _columns(backup)
        | {"copies": [_columns(row) for row in backup.copies]}
        | {"rehearsals": [_columns(row) for row in backup.rehearsals]}
        for item in request.items
        for backup in item.backups
    ]
    whole["restores"] = [_columns(row) for item in request.items for row in item.restores]
    return whole


def _audit(session: Session, first: datetime, after: datetime) -> Iterator[bytes]:
    rows = select(AuditEntry).where(AuditEntry.at >= first, AuditEntry.at < after).order_by(AuditEntry.seq)
    for row in session.scalars(rows.execution_options(yield_per=1000)):
        yield _json(_columns(row), indent=None)


def _columns(row: Base) -> dict[str, Any]:
    return {column.key: getattr(row, column.key) for column in inspect(row).mapper.column_attrs}


def _json(value: object, indent: int | None = 1) -> bytes:
    return (json.dumps(value, indent=indent, ensure_ascii=False, sort_keys=True, default=_plain) + "\n").encode()


def _plain(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise DocumentError(f"{value!r} cannot be written as evidence.")


def _add(archive: zipfile.ZipFile, name: str, content: bytes) -> None:
    # A time in the archive would make two packs of the same evidence differ.
    entry = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    archive.writestr(entry, content)


def _midnight(desk: Desk, day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=desk.zone)
