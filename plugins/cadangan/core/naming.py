"""Names of back-ups and of their files: sortable by time within an asset, safe on every file system."""

import enum
import re
from dataclasses import dataclass
from datetime import UTC, datetime

from cadangan.errors import NameInvalid

UNFINISHED = ".part"
_MANIFEST = ".manifest.json"
_INSTANT = "%Y%m%dT%H%M%SZ"
_SHAPE = re.compile(
    r"(?P<asset>[a-z0-9][a-z0-9_-]{0,62})_(?P<at>\d{8}T\d{6}Z)"
    r"_(?P<request_no>[A-Z]{1,8}-\d{4}-\d{5,9})_r(?P<round>[1-9]\d{0,3})_i(?P<item_id>[1-9]\d{0,17})",
    re.ASCII,
)


@enum.unique
class Kind(enum.StrEnum):
    """What an artefact is. Its file's suffixes say how to undo it, from the right."""

    DUMP = "dump"
    GLOBALS = "globals"
    SQLITE = "sqlite"
    FILES = "files"
    ACCOUNTS = "accounts"


_SUFFIX = {
    Kind.DUMP: ".dump.zst.age",
    Kind.GLOBALS: ".globals.sql.zst.age",
    Kind.SQLITE: ".sqlite.zst.age",
    Kind.FILES: ".tar.zst.age",
    Kind.ACCOUNTS: ".accounts.sql.zst.age",
}


@dataclass(frozen=True)
class BackupName:
    """What a back-up's name tells.

    :param at: when it was started, UTC, whole seconds.
    :param round: 1, or 2 after *Belum sesuai*.
    """

    asset: str
    at: datetime
    request_no: str
    round: int
    item_id: int

    def __post_init__(self) -> None:
        if self.at.utcoffset() is None:
            raise NameInvalid(f"{self.at.isoformat()} has no time zone; name a back-up by an aware instant.")
        object.__setattr__(self, "at", self.at.astimezone(UTC).replace(microsecond=0))
        if not _SHAPE.fullmatch(str(self)):
            raise NameInvalid(f"{str(self)!r} cannot name a back-up; check the asset's name and the request's number.")

    def __str__(self) -> str:
        # strftime does not pad years below 1000, and names must sort.
        instant = f"{self.at.year:04}{self.at.strftime(_INSTANT.removeprefix('%Y'))}"
        return f"{self.asset}_{instant}_{self.request_no}_r{self.round}_i{self.item_id}"

    def same_work(self, other: "BackupName") -> bool:
        """Return whether `other` is a try of the same item in the same round."""
        return (self.asset, self.request_no, self.round, self.item_id) == (
            other.asset,
            other.request_no,
            other.round,
            other.item_id,
        )

    def artefact(self, kind: Kind) -> str:
        """Return the file name of an artefact."""
        return f"{self}{_SUFFIX[kind]}"

    def manifest(self) -> str:
        """Return the file name of the manifest."""
        return f"{self}{_MANIFEST}"


def parse(text: str) -> BackupName:
    """Return the name that `text`, a back-up's name or that of one of its files, stands for; raise NameInvalid."""
    match = _SHAPE.fullmatch(text.partition(".")[0])
    try:
        if match is None:
            raise ValueError("another shape")
        at = datetime.strptime(match["at"], _INSTANT).replace(tzinfo=UTC)
    except ValueError as err:
        raise NameInvalid(f"{text!r} is not the name of a back-up ({err}).") from err
    return BackupName(match["asset"], at, match["request_no"], int(match["round"]), int(match["item_id"]))
