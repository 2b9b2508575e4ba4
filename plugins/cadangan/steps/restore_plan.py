"""Step 3 of a restore: the draft that the plan gate shows. Finalised and frozen like any other plan."""

from datetime import UTC

from sqlalchemy.orm import Session

from cadangan.core.plan import Plan, PlannedItem, Preconditions
from cadangan.core.request import instant
from cadangan.core.restoring import Consent, Mode, PlannedRestore
from cadangan.errors import RecordMissing
from cadangan.register import plans, requests, restorable, restores
from cadangan.register.models import Backup, Item, Request
from cadangan.steps import plan as planning
from cadangan.steps import plan_texts, restore_texts, restore_verify
from cadangan.steps.desk import Desk
from cadangan.steps.restore_verify import Wanted


def draft(desk: Desk, number: str) -> None:
    """Look at back-ups and targets anew and save the draft."""
    restore_verify.inspect(desk, number)
    with desk.register.transaction() as session:
        request = requests.by_number(session, number)
        plans.save_draft(session, request, _draft(desk, session, request))


def _draft(desk: Desk, session: Session, request: Request) -> Plan:
    policy = planning.policy_of(desk, request)
    now = desk.now().astimezone(UTC)
    earliest = instant(request.form.get("window_start"))
    start = max(now, earliest.astimezone(UTC)) if earliest else now
    mode = Mode(request.form["mode"])
    return Plan(
        request_no=request.number,
        version=len(request.plans) + 1,
        letter=f"{request.form['letter_number']} tanggal {request.form['letter_date']}",
        disposition=request.number,
        preconditions=Preconditions(),
        start=start,
        valid_until=planning.valid_until(desk, request, start),
        executors=planning.executors(desk, list(desk.sop.roles["staff"].people)),
        items=tuple(_planned(desk, session, item) for item in request.items),
        # Where the back-up goes that is made of what would be replaced.
        copies=tuple(planning.planned_copy(desk, place) for place in desk.policies.destinations_of(policy)),
        retention_days=policy.retention_days,
        compression=f"zstd tingkat {desk.policies.stream.level}",
        encryption=plan_texts.ENCRYPTION,
        recipients=desk.policies.stream.recipients,
        content_digest=policy.content_digest,
        steps=restore_texts.STEPS[mode],
        risks=restore_texts.RISKS[mode],
        rollback=restore_texts.ROLLBACK[mode],
        criteria=restore_texts.CRITERIA,
    )


def _planned(desk: Desk, session: Session, item: Item) -> PlannedItem:
    server, asset = desk.assets.find(item.asset)
    want = restore_verify.wanted(desk, item)
    backup = restore_verify.chosen(session, item)
    if backup is None:
        raise RecordMissing(
            f"The back-up that {item.asset} was to be restored from is not in stock and good any more; have the "
            "request returned and a new letter name another one."
        )
    found = item.inspection
    raw = int(found["size_bytes"])
    restore = _restore(desk, session, item, want, backup)
    return PlannedItem(
        item_id=item.id,
        asset=item.asset,
        server=server.name,
        engine=server.engine,
        database=asset.database,
        server_version=str(found.get("server_version") or "-"),
        client=str(found.get("restores_with") or "-"),
        method=restore_texts.METHOD[want.mode],
        predicted_bytes=raw,
        predicted_seconds=restore.predicted_seconds or 0,
        warnings=(*found.get("blockers", []), *found.get("warnings", [])),
        exclude=asset.exclude,
        restore=restore,
    )


def _restore(desk: Desk, session: Session, item: Item, want: Wanted, backup: Backup) -> PlannedRestore:
    form, found = item.request.form, item.inspection
    in_place = want.mode is Mode.IN_PLACE
    keep = desk.policies.restore.keep_old_days
    pace = restores.seconds_a_byte(session, item.asset)
    return PlannedRestore(
        backup=backup.name,
        manifest_sha256=restorable.manifest_digest(backup),
        recovery_point=backup.snapshot_at.astimezone(UTC),
        taken_from=tuple(restorable.good_destinations(backup)),
        mode=want.mode,
        server=want.server,
        database=want.database,
        server_version=str(found.get("server_version") or "-"),
        restores_with=str(found.get("restores_with") or "-"),
        predicted_seconds=max(1, round(pace * int(found["size_bytes"]))) if pace else None,
        needed_bytes=int(backup.item.inspection.get("size_bytes") or found["size_bytes"]),
        missing_roles=tuple(found.get("missing_roles", ())),
        missing_extensions=tuple(found.get("missing_extensions", ())),
        overwrites=restore_texts.overwrites(want.database, want.server, keep) if in_place else "",
        taken_back=restore_texts.ROLLBACK[want.mode],
        consent=Consent(number=form["consent_number"], day=str(form["consent_date"])) if in_place else None,
        keep_old_days=keep if in_place else 0,
    )
