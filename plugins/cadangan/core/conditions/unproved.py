"""Rehearsals that are overdue: nobody knows any more whether the back-ups of an asset restore."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from cadangan.core.alerts import WEEKLY, Alert

KIND = "rehearsal"


class Proof(NamedTuple):
    """An asset, how long one proof lasts, when a rehearsal last passed, and when its first back-up was made."""

    asset: str
    days: int
    passed_at: datetime | None
    first_backup: datetime | None


def findings(proofs: Iterable[Proof], now: datetime) -> Iterator[Alert]:
    """Yield an alert for each asset that has back-ups and no rehearsal that passed within its days."""
    for asset, days, passed_at, first_backup in proofs:
        since = passed_at or first_backup
        if since is None or now - since <= timedelta(days=days):
            continue
        what = (
            "belum pernah lulus uji pulih"
            if passed_at is None
            else f"terakhir lulus uji pulih {(now - passed_at).days} hari yang lalu"
        )
        yield Alert(
            KIND,
            asset,
            f"Back-up {asset} {what}; batasnya {days} hari.",
            f"Personil data center memeriksa pada laporan terakhir mengapa uji pulih {asset} tidak dijalankan atau "
            "tidak lulus, mengatasi sebabnya, lalu mengulang back-up beserta uji pulihnya.",
            WEEKLY,
        )
