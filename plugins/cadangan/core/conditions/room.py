"""Space that is running out."""

from collections.abc import Iterable, Iterator

from cadangan.core.alerts import Alert

KIND = "space"


def findings(rooms: Iterable[tuple[str, float | None]], limit_days: float) -> Iterator[Alert]:
    """Yield an alert for each destination that will be full within `limit_days`.

    :param rooms: destinations, and in how many days they will be full; None where that is not to be expected.
    """
    for destination, days in rooms:
        if days is not None and days < limit_days:
            yield Alert(
                KIND,
                destination,
                f"Tujuan penyimpanan {destination} diperkirakan penuh dalam {days:.0f} hari.",
                "Personil data center menambah ruang, memperpendek retensi, atau mengarahkan salinan ke tujuan lain.",
            )
