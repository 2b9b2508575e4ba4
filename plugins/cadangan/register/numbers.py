"""Request numbers: `BR-2026-00001`, without gaps or duplicates."""

from zoneinfo import ZoneInfo

from sqlalchemy import text
from sqlalchemy.orm import Session

# The year in a number is the office's.
OFFICE_ZONE = ZoneInfo("Asia/Jakarta")
# Creates the year's row or counts it up, and holds its lock to the end of the transaction: one that rolls back
# gives its number back before the next one reads it.
_NEXT = text(
    "INSERT INTO counter (year, last) VALUES (:year, 1) "
    "ON CONFLICT (year) DO UPDATE SET last = counter.last + 1 RETURNING last"
)
_NEXT_OF_SERIES = text(
    "INSERT INTO series (prefix, year, last) VALUES (:prefix, :year, 1) "
    "ON CONFLICT (prefix, year) DO UPDATE SET last = series.last + 1 RETURNING last"
)
_AT_LEAST = text(
    "INSERT INTO counter (year, last) VALUES (:year, :last) "
    "ON CONFLICT (year) DO UPDATE SET last = CASE WHEN counter.last < :last THEN :last ELSE counter.last END"
)
_AT_LEAST_OF_SERIES = text(
    "INSERT INTO series (prefix, year, last) VALUES (:prefix, :year, :last) ON CONFLICT (prefix, year) "
    "DO UPDATE SET last = CASE WHEN series.last < :last THEN :last ELSE series.last END"
)


def never_again(session: Session, number: str) -> None:
    """Keep a letter's number, which exists already, from being given out."""
    _, year, last = number.split("-")
    session.execute(_AT_LEAST, {"year": int(year), "last": int(last)})


def never_again_of_series(session: Session, number: str) -> None:
    """Keep a number of another series likewise."""
    prefix, year, last = number.split("-")
    session.execute(_AT_LEAST_OF_SERIES, {"prefix": prefix, "year": int(year), "last": int(last)})


def next_number(session: Session, prefix: str, year: int) -> str:
    """Return the next number of `year`; it is given out when the transaction commits, and only then."""
    last = session.execute(_NEXT, {"year": year}).scalar_one()
    return f"{prefix}-{year}-{last:05d}"


def next_of_series(session: Session, prefix: str, year: int) -> str:
    """Return the next number of a series that is not the letters', `TJ-2026-00001`; given out like theirs."""
    last = session.execute(_NEXT_OF_SERIES, {"prefix": prefix, "year": year}).scalar_one()
    return f"{prefix}-{year}-{last:05d}"
