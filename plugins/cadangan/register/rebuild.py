"""Bring back what the register knew of back-ups, from the manifests in the vault alone."""

from datetime import datetime
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from cadangan.core.audit import Action
from cadangan.core.manifest import Manifest
from cadangan.core.naming import parse
from cadangan.core.request import letter_key
from cadangan.core.states import SCHEDULED, Status
from cadangan.errors import RecordMissing, StateConflict
from cadangan.register import audit
from cadangan.register.backups import StoredCopy, add_copies, record_backup
from cadangan.register.models import Backup, Item, Request
from cadangan.register.numbers import never_again, never_again_of_series
from cadangan.register.requests import by_number

NOTE = "Dibangun ulang dari manifes pada gudang cadangan; keputusan dan dokumennya tidak ikut."


def restore_backup(session: Session, manifest: Manifest, copies: list[StoredCopy], *, at: datetime, actor: str) -> bool:
    """Record a back-up that lies in the vault, with the request that it was made for; return whether anything was new.

    Numbers and ids stay those of the manifest; a request that the register knows is left as it is. Raise
    StateConflict when the register has something else under one of them.

    :param copies: what lies there; of a back-up on record those that it lacks are added.
    """
    audit.lock(session)
    known = session.scalars(select(Backup).where(Backup.name == manifest.backup)).one_or_none()
    if known is None:
        item = _item(session, manifest, at, actor)
        record_backup(session, item, manifest.round, manifest, copies, actor=actor)
        return True
    if known.manifest != manifest.model_dump(mode="json"):
        raise StateConflict(
            f"The register has another manifest of {manifest.backup}; find out which one was changed, and keep both."
        )
    return add_copies(session, known, copies, actor=actor, at=at) > 0


def _item(session: Session, manifest: Manifest, at: datetime, actor: str) -> Item:
    name = parse(manifest.backup)
    request = _request(session, manifest, at, actor)
    item = session.get(Item, name.item_id)
    if item is None:
        item = Item(
            id=name.item_id,
            request_id=request.id,
            position=1 + max((known.position for known in request.items), default=0),
            asset=name.asset,
            inspection={},
        )
        request.items.append(item)
        session.flush()
        _count_on(session)
    if (item.request_id, item.asset) != (request.id, name.asset):
        raise StateConflict(
            f"{manifest.backup} belongs to item {item.id}, which is {item.asset} of another request here; "
            "rebuild into an empty register."
        )
    return item


def _request(session: Session, manifest: Manifest, at: datetime, actor: str) -> Request:
    try:
        return by_number(session, manifest.request_no)
    except RecordMissing:
        pass
    form = _form(manifest)
    request = Request(
        number=manifest.request_no,
        dag_id="rebuilt",
        run_id=manifest.request_no,
        service="backup" if manifest.letter else SCHEDULED,
        status=Status.REBUILT.value,
        # A letter that is not known is no other letter's repeat.
        letter_key=letter_key(form) if manifest.letter else manifest.request_no,
        form=form,
        violations=[],
        recorded_by=actor,
        created_at=manifest.timings.started_at,
        closed_at=at,
        close_note=NOTE,
    )
    session.add(request)
    session.flush()
    keep_taken = never_again if manifest.letter else never_again_of_series
    keep_taken(session, manifest.request_no)
    facts = {"backup": manifest.backup, "form": form}
    audit.append(session, actor=actor, action=Action.REBUILT, subject=request.number, detail=facts, at=at)
    return request


def _form(manifest: Manifest) -> dict[str, Any]:
    letter = manifest.letter
    if letter is None:
        return {}
    return {
        "skpd": letter.office,
        "letter_number": letter.number,
        "letter_date": letter.date,
        "letter_subject": letter.subject,
    }


def _count_on(session: Session) -> None:
    """Let the ids that the database gives out go on after the highest one there is; SQLite does so by itself."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT setval(pg_get_serial_sequence('item', 'id'), max(id)) FROM item"))
