"""The plan of step 3: drafted, decided on at the gate, then frozen with its SHA-256."""

import hashlib
import json
from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field

from cadangan.core.restoring import PlannedRestore


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Preconditions(_Record):
    """The SOP's qualifications for execution: time, personnel, facilities (Kualifikasi Pelaksana 2 and 3)."""

    time: bool = False
    personnel: bool = False
    facilities: bool = False

    def missing(self) -> list[str]:
        """Return the Indonesian names of those that are not met."""
        named = {"waktu": self.time, "personil": self.personnel, "fasilitas": self.facilities}
        return [name for name, met in named.items() if not met]


class Executor(_Record):
    """A person who carries the plan out."""

    user: str
    name: str
    nip: str
    role: str


class PlannedItem(_Record):
    """One database or file tree to back up, or to restore. Sizes in bytes, duration in seconds.

    :param restore: how it is restored; None, and no part of the plan's text, where it is backed up.
    """

    item_id: int
    asset: str
    server: str
    engine: str
    database: str
    server_version: str
    client: str
    method: str
    predicted_bytes: int
    predicted_seconds: int
    warnings: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    restore: PlannedRestore | None = Field(default=None, exclude_if=lambda value: value is None)


class PlannedCopy(_Record):
    """A destination and the room it had when the plan was drafted; None where it cannot be told."""

    name: str
    url: str
    location: str
    free_bytes: int | None


class Plan(_Record):
    """What step 4 executes ("sesuai perencanaan").

    :param start: earliest instant of execution (UTC).
    :param valid_until: the approval of this plan ends here.
    :param min_copies: how many of the copies must be good for a back-up to count; None in a plan that was frozen
        before that could be chosen.
    """

    request_no: str
    version: int
    letter: str
    disposition: str
    preconditions: Preconditions
    start: datetime
    valid_until: datetime
    executors: tuple[Executor, ...]
    items: tuple[PlannedItem, ...]
    copies: tuple[PlannedCopy, ...]
    retention_days: int
    compression: str
    encryption: str
    recipients: tuple[str, ...]
    content_digest: str
    steps: tuple[str, ...]
    risks: tuple[str, ...]
    rollback: str
    criteria: str
    note: str = ""
    min_copies: int | None = None

    @property
    def needed_copies(self) -> int:
        """How many of the copies must be good: all of them where the plan does not say."""
        return len(self.copies) if self.min_copies is None else self.min_copies

    def canonical(self) -> str:
        """Return the one JSON text of this plan: sorted keys, no spaces, UTC instants."""
        # What older plans do not say must not change their digest.
        later = {"min_copies"} if self.min_copies is None else set()
        body = self.model_dump(mode="json", exclude=later)
        return json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False)

    def sha256(self) -> str:
        """Return the lower-case hex digest of the canonical text."""
        return digest_of(self.canonical())


def digest_of(text: str) -> str:
    """Return the SHA-256 of `text` in UTF-8, as lower-case hex."""
    return hashlib.sha256(text.encode()).hexdigest()
