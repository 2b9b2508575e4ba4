"""Copies that do not lie where they should."""

from collections import Counter
from collections.abc import Iterable, Iterator

from cadangan.core.alerts import Alert

KIND = "copy"


def findings(missing: Iterable[tuple[str, str]]) -> Iterator[Alert]:
    """Yield an alert for each destination that lacks copies.

    :param missing: the destination and the asset of each file that lacks.
    """
    for destination, count in sorted(Counter(destination for destination, _ in missing).items()):
        yield Alert(
            KIND,
            destination,
            f"Sebanyak {count} berkas salinan tidak ada di tujuan penyimpanan {destination}.",
            f"Personil data center memeriksa tujuan {destination} dan jalur ke sana; pemindaian berikutnya "
            "(integrity_scan) melengkapinya dari salinan yang baik, atau jalankan sekarang.",
        )
