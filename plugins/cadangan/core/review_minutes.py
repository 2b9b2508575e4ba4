"""What the minutes of a review of the asset register (berita acara peninjauan aset register) tell."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True)
class ReviewedAsset:
    """One asset of the minutes.

    :param owner: the owner SKPD's name in full.
    :param ticks: core.review.QUESTIONS by their keys; empty while the review waits.
    :param choice: core.review.ReviewChoice; empty while the review waits.
    :param nip: the reviewer's employee number, "-" for people without one.
    :param at: when it was reviewed, None while the review waits.
    """

    asset: str
    application: str
    asset_no: str
    server: str
    owner: str
    due_on: date
    ticks: Mapping[str, bool]
    choice: str
    note: str
    reviewer: str
    nip: str
    role: str
    at: datetime | None


@dataclass(frozen=True)
class ReviewMinutes:
    """The minutes of one run.

    :param opened_at: when the run asked for its reviews.
    """

    opened_at: datetime
    assets: tuple[ReviewedAsset, ...]

    @property
    def complete(self) -> bool:
        """Whether every review of the run has been answered."""
        return all(asset.at for asset in self.assets)
