"""The yearly review of the asset register: when it is due, what it asks, what it can say."""

import enum
from dataclasses import dataclass
from datetime import date, timedelta

# What a reviewer ticks, by the key of the form, in the order of the minutes.
QUESTIONS = {
    "exists": "Aset masih ada dan beroperasi",
    "owner_right": "Pemilik (SKPD) dan narahubung benar",
    "still_needed": "Aset masih diperlukan",
    "policy_right": "Kebijakan pencadangan sesuai",
    "restore_proved": "Pemulihan dari cadangan telah dibuktikan",
}


@enum.unique
class ReviewChoice(enum.StrEnum):
    """What a review comes to. The value is the Indonesian button."""

    CONFORMS = "Sesuai"
    NEEDS_ACTION = "Perlu tindak lanjut"


@dataclass(frozen=True)
class Overdue:
    """An asset whose year is over without a review.

    :param last: day of its last review, None when it never had one.
    """

    asset: str
    due_on: date
    last: date | None


def due_on(registered_on: date, last_review: date | None) -> date:
    """Return the day on which an asset's year is over: a year after its last review, or after its registration."""
    start = last_review or registered_on
    try:
        return start.replace(year=start.year + 1)
    except ValueError:
        # 29 February.
        return date(start.year + 1, 2, 28)


def opens_on(due: date, lead_days: int) -> date:
    """Return the day from which the review that is due on `due` is asked for."""
    return due - timedelta(days=lead_days)
