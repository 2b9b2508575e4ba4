"""Step 2 of a restore: which back-up it is, how good it is known to be, and whether the target can take it."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from cadangan.core.manifest import Manifest
from cadangan.core.naming import parse
from cadangan.core.restoring import Mode
from cadangan.core.side_names import Purpose, new_side_name
from cadangan.documents.failures import told
from cadangan.engines import engine
from cadangan.engines.contract import Site
from cadangan.engines.restoring import Fitness
from cadangan.register import rehearsals, requests, restorable
from cadangan.register.models import Backup, Item, Request
from cadangan.steps.desk import Desk
from cadangan.steps.restore_site import within_reach

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Wanted:
    """What a letter asks for one of its items: where to, and under which name (empty for one that it is given)."""

    asset: str
    mode: Mode
    server: str
    database: str


def inspect(desk: Desk, number: str) -> None:
    """Look at every item's back-up and target and keep what was found; what does not answer is a finding too."""
    with desk.register.transaction() as session:
        items = [item.id for item in requests.by_number(session, number).items]
    for item_id in items:
        inspect_item(desk, number, item_id)


def inspect_item(desk: Desk, number: str, item_id: int) -> None:
    """Look at one item's back-up and target, and keep what was found."""
    with desk.register.transaction() as session:
        item = requests.item_by_id(session, item_id)
        want = wanted(desk, item)
        backup = chosen(session, item)
        facts = _facts(desk, session, backup) if backup else {}
        manifest = Manifest.model_validate(backup.manifest) if backup else None
    blockers = () if backup else (f"Cadangan {want.asset} yang dipilih tidak lagi tersimpan atau tidak lulus periksa.",)
    found: dict[str, Any] = {"details": [], "blockers": [], "warnings": [], **facts}
    if manifest:
        found |= _target(desk, want, manifest)
    found["blockers"] = [*blockers, *found["blockers"]]
    found["warnings"] = [*_remarks(facts), *found["warnings"]]
    with desk.register.transaction() as session:
        session.get_one(Item, item_id).inspection = found
    log.info(
        "Request %s: looked at %s for the restore of %s: %d blockers, %d warnings",
        number,
        want.server,
        want.asset,
        len(found["blockers"]),
        len(found["warnings"]),
    )


def wanted(desk: Desk, item: Item) -> Wanted:
    """Return what the letter of `item` asks for it; raise NotConfigured when its asset left the register."""
    form = item.request.form
    server, asset = desk.assets.find(item.asset)
    mode = Mode(form["mode"])
    return Wanted(
        asset=item.asset,
        mode=mode,
        server=str(form["target_server"]) if mode is Mode.ELSEWHERE else server.name,
        database=asset.database if mode is Mode.IN_PLACE else str(form.get("new_name") or ""),
    )


def chosen(session: Session, item: Item) -> Backup | None:
    """Return the back-up from which `item` is to be restored, None when it is no longer in stock and good."""
    return restorable.by_name(session, item.asset, _names(item.request)[item.asset])


def _names(request: Request) -> dict[str, str]:
    names: dict[str, str] = request.form["chosen"]
    return names


def _facts(desk: Desk, session: Session, backup: Backup) -> dict[str, Any]:
    manifest = backup.manifest
    proved_at = rehearsals.last_proved(session, backup.id)
    good = restorable.good_destinations(backup)
    checked = {copy.destination: copy.checked_at for copy in backup.copies}
    return {
        "backup": backup.name,
        "recovery_point": backup.snapshot_at.isoformat(),
        "age_seconds": max(0, round((desk.now() - backup.snapshot_at).total_seconds())),
        "taken_for": backup.item.request.number,
        "stored_bytes": backup.stored_bytes,
        "size_bytes": sum(artefact["raw_bytes"] for artefact in manifest["artefacts"]),
        "tables": len(manifest["inventory"]["tables"]) or len(manifest["inventory"]["files"]),
        "proved_at": proved_at.isoformat() if proved_at else None,
        "proof": backup.rehearsals[-1].verdict if backup.rehearsals else None,
        "copies": [
            {"destination": name, "good": name in good, "checked_at": at.isoformat() if at else None}
            for name, at in checked.items()
        ],
    }


def _remarks(facts: dict[str, Any]) -> Iterator[str]:
    if facts and not facts["proved_at"]:
        yield "Cadangan ini belum pernah lulus uji pulih."
    bad = [copy["destination"] for copy in facts.get("copies", ()) if not copy["good"]]
    if bad:
        yield f"Salinan di {', '.join(bad)} tidak lulus atau belum diperiksa, sehingga tidak dipakai."


def _target(desk: Desk, want: Wanted, manifest: Manifest) -> dict[str, Any]:
    """Return what was found of the target, with a blocker where it does not answer."""
    if not hasattr(engine(manifest.source.engine), "open_load"):
        return {"blockers": ["Pemulihan belum tersedia untuk jenis sumber data ini."]}
    try:
        with within_reach(desk, want.asset, want.server) as site:
            fitness, blockers, warnings = _examined(desk, want, manifest, site)
    except Exception as err:
        # A server that is down, a connection that is not there: the officer must see it.
        log.warning("The target of %s could not be looked at: %s", want.asset, err)
        shown = told(err)
        return {"blockers": [f"Tidak dapat diperiksa. {shown.sentence}"], "details": [shown.detail]}
    if desk.identity() is None:
        blockers = (*blockers, "Kunci dekripsi tidak ada pada mesin ini, sehingga cadangan tidak dapat dibuka.")
    return {
        "server_version": fitness.server_version,
        "encoding": fitness.encoding or manifest.source.encoding,
        "restores_with": fitness.restores_with,
        "missing_roles": list(fitness.missing_roles),
        "missing_extensions": list(fitness.missing_extensions),
        "blockers": [*fitness.blockers, *blockers],
        "warnings": [*fitness.warnings, *warnings],
    }


def _examined(
    desk: Desk, want: Wanted, manifest: Manifest, site: Site
) -> tuple[Fitness, tuple[str, ...], tuple[str, ...]]:
    """Return the fitness of a new place on that server, and what else forbids or is to be known."""
    module = engine(manifest.source.engine)
    side = module.side(site.target, new_side_name(Purpose.SIDE, parse(manifest.backup).asset, desk.now()))
    fitness: Fitness = module.examine_target(manifest, side, desk.policies.client_dirs, site.host)
    if not want.database:
        return fitness, (), ()
    if not hasattr(module, "rename"):
        return fitness, ("Jenis sumber data ini baru dapat dipulihkan ke tempat baru tanpa nama yang diminta.",), ()
    if want.mode is not Mode.IN_PLACE:
        taken = want.database in module.places(site.target)
        said = f"Basis data {want.database} sudah ada pada server tujuan; minta nama lain."
        return fitness, (said,) if taken else (), ()
    blockers, warnings = module.examine_rename(site.target)
    return fitness, blockers, warnings
