"""Step 1 of a restore: the letter names assets and a point in time; each gets the back-up that it is restored from."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from cadangan.core import request as letters
from cadangan.core import restore_request as rules
from cadangan.core.request import instant
from cadangan.core.restoring import RESTORE
from cadangan.documents.formats import moment
from cadangan.register import restorable, stock
from cadangan.register.models import Backup
from cadangan.steps import intake
from cadangan.steps.desk import Desk

# From the letter to the end of its restore; until then no retention takes what it is restored from.
LOCKED_FOR = timedelta(days=30)


def register(desk: Desk, *, dag_id: str, run_id: str, form: Mapping[str, Any], recorded_by: str) -> str:
    """Enter the letter in the register and return the request's number.

    The back-ups that were found for it stand in the request's form, as `chosen`, and are locked for a while.

    :raises RequestRefused: the data breaks rules, or there is no such back-up; the request is on record as refused.
    """
    by = intake.Rules(RESTORE, _clean, _violations)
    return intake.register(desk, dag_id=dag_id, run_id=run_id, form=form, recorded_by=recorded_by, by=by)


def _clean(form: Mapping[str, Any]) -> dict[str, Any]:
    return letters.clean(form) | rules.clean(form)


def _violations(desk: Desk, session: Session, form: dict[str, Any], assets: Sequence[str]) -> list[str]:
    found = intake.violations(desk, session, form, assets)
    known = [name for name in assets if name in desk.assets.by_name()]
    found += rules.violations(form, known, _targets(desk), desk.now().astimezone(desk.zone))
    chosen = {name: _chosen(session, form, name) for name in known} if _readable(form) else {}
    found += _without(form, chosen)
    form["chosen"] = {name: backup.name for name, backup in chosen.items() if backup}
    if not found:
        _lock(desk, session, form)
    return found


def _targets(desk: Desk) -> rules.Targets:
    return rules.Targets(
        sources={
            name: rules.Source(server.name, server.engine, asset.database)
            for name, (server, asset) in desk.assets.by_name().items()
        },
        servers={server.name: server.engine for server in desk.assets.servers},
    )


def _readable(form: Mapping[str, Any]) -> bool:
    try:
        instant(form.get("recovery_point"))
    except ValueError:
        return False
    return True


def _chosen(session: Session, form: Mapping[str, Any], asset: str) -> Backup | None:
    if named := str(form.get("backup") or ""):
        return restorable.by_name(session, asset, named)
    return restorable.newest_good(session, asset, instant(form.get("recovery_point")))


def _without(form: Mapping[str, Any], chosen: Mapping[str, Backup | None]) -> Iterator[str]:
    point = instant(form.get("recovery_point")) if chosen else None
    for asset, backup in chosen.items():
        if backup is None and form.get("backup"):
            yield f"Cadangan: “{form['backup']}” bukan cadangan {asset} yang tersimpan dan lulus pemeriksaan."
        elif backup is None:
            until = f" pada atau sebelum {moment(point)}" if point else ""
            yield f"Titik pulih: tidak ada cadangan {asset} yang lulus pemeriksaan{until}."


def _lock(desk: Desk, session: Session, form: Mapping[str, Any]) -> None:
    now = desk.now()
    why = f"akan dipulihkan menurut surat {form['letter_number']}"
    for name in form["chosen"].values():
        stock.lock_backup(session, name, why=why, by_user="cadangan", at=now, until=now + LOCKED_FOR)
