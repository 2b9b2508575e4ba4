"""What ends on a day: standing approvals and the keys of encryption."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import NamedTuple

from cadangan.core.alerts import WEEKLY, Alert

APPROVAL, KEY = "approval", "key"


class Approval(NamedTuple):
    """The standing approval of a policy: its letter's number and the last day on which it counts."""

    policy: str
    number: str
    valid_until: date


def approvals(given: Iterable[Approval], today: date, limit_days: float) -> Iterator[Alert]:
    """Yield an alert for each approval that ends within `limit_days`, or has ended."""
    for policy, number, valid_until in given:
        left = (valid_until - today).days
        if left > limit_days:
            continue
        yield Alert(
            APPROVAL,
            policy,
            f"Persetujuan tetap {number} untuk kebijakan {policy} {_ends(valid_until, left)}; sesudahnya back-up "
            "terjadwalnya ditolak.",
            "Kepala seksi mengeluarkan persetujuan tetap yang baru; personil data center mencatat nomor, tanggal, dan "
            "masa berlakunya pada schedule.approval di policies.yaml.",
            _patience(left),
        )


def key(valid_until: date | None, today: date, limit_days: float) -> Iterator[Alert]:
    """Yield an alert when the keys of encryption are to be replaced within `limit_days`, or should have been.

    :param valid_until: None when no such day was set.
    """
    if valid_until is None or (left := (valid_until - today).days) > limit_days:
        return
    yield Alert(
        KEY,
        "stream.recipients",
        f"Masa pakai kunci enkripsi back-up {_ends(valid_until, left)}.",
        "Personil data center membuat pasangan kunci baru (age-keygen), memasang kunci publiknya pada "
        "stream.recipients di policies.yaml beserta masa pakainya (recipients_until), dan menyimpan kunci privat lama "
        "selama masih ada back-up yang dienkripsi dengannya.",
        _patience(left),
    )


def _patience(left: int) -> int:
    return WEEKLY if left > WEEKLY else 1


def _ends(valid_until: date, left: int) -> str:
    return (
        f"berakhir {valid_until:%d-%m-%Y}, {left} hari lagi" if left >= 0 else f"telah berakhir {valid_until:%d-%m-%Y}"
    )
