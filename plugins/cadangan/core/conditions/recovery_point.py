"""No good back-up within the recovery point objective (RPO)."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from cadangan.core.alerts import Alert

KIND = "rpo"


class Point(NamedTuple):
    """An asset with its RPO, and the recovery point of its latest back-up that has a copy whose digest was right."""

    asset: str
    rpo_hours: float
    latest: datetime | None


def findings(points: Iterable[Point], now: datetime) -> Iterator[Alert]:
    """Yield an alert for each asset whose latest good back-up is older than its RPO."""
    for asset, hours, latest in points:
        if latest is not None and now - latest <= timedelta(hours=hours):
            continue
        age = (
            "belum memiliki back-up yang baik"
            if latest is None
            else f"back-up baik terakhirnya berumur {(now - latest).total_seconds() / 3600:.0f} jam"
        )
        yield Alert(
            KIND,
            asset,
            f"Basis data {asset} {age}, sedangkan batasnya (RPO) {hours:g} jam.",
            f"Personil data center memeriksa mengapa back-up {asset} tidak berjalan atau tidak lulus pemeriksaan, "
            "lalu menjalankannya kembali.",
        )
