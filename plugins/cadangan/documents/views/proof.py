"""Whether a back-up was proved to restore (uji pulih)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from cadangan.config.restoring import EMBEDDED
from cadangan.core.states import Verdict
from cadangan.documents import formats
from cadangan.register.models import Backup


@dataclass(frozen=True)
class Proof:
    """The newest rehearsal of a back-up (uji pulih).

    :param verdict: a Verdict.
    :param place: where it was restored to.
    :param seconds: restoring and comparing.
    :param differences: sentences, the first of them where there are many.
    :param remarks: why it was not run or failed, what could not be compared, what differs and is no loss.
    """

    verdict: str
    at: datetime | None = None
    place: str = ""
    seconds: timedelta = timedelta(0)
    differences: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()


def proof_of(backup: Backup) -> Proof:
    """Return what the newest rehearsal of `backup` showed."""
    if not backup.rehearsals:
        return Proof(Verdict.NOT_RUN, remarks=("Belum dijalankan.",))
    row = backup.rehearsals[-1]
    shown = tuple(each["sentence"] for each in row.differences)
    more = row.different - len(shown)
    return Proof(
        verdict=row.verdict,
        at=row.ended_at,
        place="server sementara" if row.place == EMBEDDED else row.place,
        seconds=timedelta(seconds=row.restore_seconds + row.compare_seconds),
        differences=(*shown, *([f"… dan {formats.number(more)} perbedaan lain."] if more > 0 else [])),
        remarks=(
            *([row.reason] if row.reason else []),
            *(each["sentence"] for each in (*row.not_compared, *row.harmless)),
        ),
    )
