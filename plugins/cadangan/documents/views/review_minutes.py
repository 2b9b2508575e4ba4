"""Minutes of the yearly review of the asset register (berita acara peninjauan aset register)."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from cadangan.documents.views.minutes import Masthead, Opening


@dataclass(frozen=True)
class ReviewedAsset:
    """One entry of the register as the review found it.

    :param address: of its server; only the office reads it.
    :param verdict: what the reviewers decided: "tetap", "diubah", "dihapus", "baru", or another word of theirs.
    :param finding: what they found, empty where nothing was.
    """

    asset_no: str
    application: str
    server: str
    owner: str
    criticality: str
    personal_data: str
    last_backup: datetime | None
    last_proved: datetime | None
    verdict: str
    address: str = ""
    finding: str = ""


@dataclass(frozen=True)
class ReviewMinutes:
    """See the module's docstring.

    :param year: the year that is reviewed.
    :param follow_up: what is to be done, an Indonesian sentence each.
    :param next_review: when the next one is due at the latest.
    """

    TEMPLATE: ClassVar[str] = "minutes_review"
    SUFFIX: ClassVar[str] = "berita-acara-peninjauan"

    cover: Masthead
    opening: Opening
    year: int
    assets: tuple[ReviewedAsset, ...]
    follow_up: tuple[str, ...]
    next_review: date
    note: str = ""

    @property
    def counts(self) -> tuple[tuple[str, int], ...]:
        """How many entries there are of each verdict."""
        return tuple(sorted(Counter(asset.verdict for asset in self.assets).items()))
