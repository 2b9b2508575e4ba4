"""Gather what the minutes of a run of reviews tell."""

from cadangan.core.review_minutes import ReviewedAsset, ReviewMinutes
from cadangan.errors import RecordMissing
from cadangan.register import reviews
from cadangan.register.asset_models import AssetReview
from cadangan.steps.desk import Desk
from cadangan.steps.reviews import Run, owner_name


def minutes(desk: Desk, run: Run) -> ReviewMinutes:
    """Return what the minutes of `run` tell; raise RecordMissing when it reviewed nothing."""
    with desk.register.transaction() as session:
        rows = reviews.of_run(session, run.dag_id, run.run_id)
    if not rows:
        raise RecordMissing(f"Run {run.run_id} of {run.dag_id} opened no asset review; there are no minutes to write.")
    return ReviewMinutes(min(row.opened_at for row in rows), tuple(_reviewed(desk, row) for row in rows))


def _reviewed(desk: Desk, row: AssetReview) -> ReviewedAsset:
    # An asset that left the register since keeps its name.
    server, asset = desk.assets.by_name().get(row.asset, (None, None))
    return ReviewedAsset(
        asset=row.asset,
        application=asset.application if asset else row.asset,
        asset_no=asset.asset_no if asset else "",
        server=server.name if server else "",
        owner=owner_name(desk, asset) if asset else "",
        due_on=row.due_on,
        ticks=row.ticks,
        choice=row.choice,
        note=row.note,
        reviewer=row.by_name,
        nip=row.by_nip,
        role=row.by_role,
        at=row.reviewed_at,
    )
