"""Names of the places that Cadangan makes beside others: told from all others by their mark, and old by their date."""

import enum
import re
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime

from cadangan.errors import NameInvalid

# What PostgreSQL allows a name; MariaDB and file systems allow more.
LONGEST = 63
_MARK = "cadangan"
_INSTANT = "%Y%m%dt%H%M%Sz"
_SHAPE = re.compile(
    rf"{_MARK}_(?P<purpose>[a-z]+)_(?P<at>\d{{8}}t\d{{6}}z)_(?P<token>[0-9a-f]{{8}})_(?P<asset>[a-z0-9_-]+)", re.ASCII
)


@enum.unique
class Purpose(enum.StrEnum):
    """What such a place is for.

    REHEARSAL is thrown away after its comparison; SIDE is what is restored beside a database; KEPT is the database
    that was replaced, for as long as it may be taken back.
    """

    REHEARSAL = "uji"
    SIDE = "sisi"
    KEPT = "lama"


@dataclass(frozen=True)
class SideName:
    """What such a name tells. Small letters, digits, "_" and "-" only, at most 63 characters.

    :param at: when the place was made, UTC, whole seconds.
    :param token: eight hex digits, so that two of one second differ.
    :param asset: the beginning of the asset's name, for people.
    """

    purpose: Purpose
    at: datetime
    token: str
    asset: str

    def __str__(self) -> str:
        return f"{_MARK}_{self.purpose}_{self.at.strftime(_INSTANT)}_{self.token}_{self.asset}"[:LONGEST]


def new_side_name(purpose: Purpose, asset: str, at: datetime) -> SideName:
    """Return a name that no other place has."""
    whole = SideName(purpose, at.astimezone(UTC).replace(microsecond=0), secrets.token_hex(4), asset)
    return parse_side_name(str(whole))


def parse_side_name(text: str) -> SideName:
    """Return what `text` tells; raise NameInvalid when it is not such a name."""
    match = _SHAPE.fullmatch(text)
    try:
        if match is None or len(text) > LONGEST:
            raise ValueError("another shape")
        at = datetime.strptime(match["at"], _INSTANT).replace(tzinfo=UTC)
        return SideName(Purpose(match["purpose"]), at, match["token"], match["asset"])
    except ValueError as err:
        raise NameInvalid(f"{text!r} is not the name of a place that Cadangan made ({err}).") from err
