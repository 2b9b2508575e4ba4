"""What scans of the vault found and could not mend, and scans that do not happen."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from cadangan.core.alerts import Alert
from cadangan.core.scanning import Fault, Finding

ROT, UNREADABLE, STRANGER, LATE = "rot", "unreadable", "stranger", "scan-late"
_KINDS = {Fault.ROT: ROT, Fault.LOST: ROT, Fault.UNREADABLE: UNREADABLE, Fault.STRANGER: STRANGER}
_SEEN = {
    ROT: "berkas salinan rusak atau hilang ditemukan oleh pemindaian",
    UNREADABLE: "berkas atau tujuan tidak dapat dibaca oleh pemindaian",
    STRANGER: "berkas ditemukan yang tidak tercatat dalam register",
}
_TODO = {
    ROT: (
        "Personil data center memeriksa perangkat penyimpanan itu. Yang belum diperbaiki tidak memiliki salinan lain "
        "yang baik: ulangi back-up aset tersebut."
    ),
    UNREADABLE: "Personil data center memeriksa apakah tujuan itu terpasang, dapat dicapai, dan boleh dibaca.",
    STRANGER: (
        "Personil data center menelusuri asalnya: sisa percobaan yang gagal dapat dihapus, back-up tanpa catatan "
        "dicatat kembali; sistem tidak menghapusnya sendiri."
    ),
}
_SHOWN = 5


def findings(found: Iterable[Finding]) -> Iterator[Alert]:
    """Yield an alert for each destination and each kind of fault.

    :param found: by the latest scan; what it mended counts too, for a disk that rots once does so again.
    """
    grouped: dict[tuple[str, str], list[Finding]] = defaultdict(list)
    for finding in found:
        grouped[_KINDS[finding.fault], finding.destination].append(finding)
    for (kind, destination), items in sorted(grouped.items()):
        mended = sum(bool(item.mended) for item in items)
        named = ", ".join(item.file or destination for item in items[:_SHOWN])
        more = f" dan {len(items) - _SHOWN} lainnya" if len(items) > _SHOWN else ""
        text = f"{destination}: {len(items)} {_SEEN[kind]} ({named}{more})"
        yield Alert(kind, destination, f"{text}; {mended} sudah diperbaiki." if mended else f"{text}.", _TODO[kind])


def late(latest: datetime | None, now: datetime, limit_days: float) -> Iterator[Alert]:
    """Yield an alert when the vault was not scanned for more than `limit_days`.

    :param latest: when the last scan ended; None leaves it out, for there may be nothing to scan yet.
    """
    if latest is not None and now - latest > timedelta(days=limit_days):
        yield Alert(
            LATE,
            "integrity_scan",
            f"Salinan terakhir dipindai {(now - latest).days} hari yang lalu; batasnya {limit_days:g} hari.",
            "Personil data center memeriksa DAG integrity_scan: apakah dijeda, gagal, atau tidak terjadwal.",
        )
