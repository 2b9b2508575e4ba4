"""What a plan says of an item that is to be restored, and what tells how far that is."""

import enum
from datetime import datetime

from pydantic import BaseModel, ConfigDict

# The service of a request that restores.
RESTORE = "restore"


@enum.unique
class Mode(enum.StrEnum):
    """Where to: a new place on the same server, on another one, or in the place of what is there now."""

    BESIDE = "beside"
    ELSEWHERE = "elsewhere"
    IN_PLACE = "in_place"


# As people read it.
MODES = {
    Mode.BESIDE: "Basis data baru di samping yang lama",
    Mode.ELSEWHERE: "Server terdaftar lain",
    Mode.IN_PLACE: "Di tempat: menggantikan basis data yang berjalan",
}


class Consent(BaseModel):
    """The written consent of the office that owns the data: number and date of its letter."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    number: str
    day: str


class PlannedRestore(BaseModel):
    """How one item is restored. Sizes in bytes.

    :param backup: its name; `manifest_sha256` is of the manifest's canonical JSON as the register has it.
    :param taken_from: names of destinations whose copy is read, the next one where a copy turns out bad.
    :param server: where to, as assets.yaml names it.
    :param database: the name under which it is used afterwards; empty for the name that it is given then.
    :param predicted_seconds: by what was measured, None where nothing was.
    :param needed_bytes: room that it takes at the target, estimated.
    :param overwrites: what is replaced, an Indonesian sentence; empty where nothing is.
    :param taken_back: how it can be taken back, an Indonesian sentence.
    :param keep_old_days: for how long what was replaced is kept once the result is confirmed.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    backup: str
    manifest_sha256: str
    recovery_point: datetime
    taken_from: tuple[str, ...]
    mode: Mode
    server: str
    database: str
    server_version: str
    restores_with: str
    predicted_seconds: int | None
    needed_bytes: int
    missing_roles: tuple[str, ...] = ()
    missing_extensions: tuple[str, ...] = ()
    overwrites: str = ""
    taken_back: str = ""
    consent: Consent | None = None
    keep_old_days: int = 0
