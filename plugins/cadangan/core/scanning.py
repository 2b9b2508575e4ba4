"""What a scan of the vault finds, and how much of it one scan reads."""

import enum
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any


@enum.unique
class Fault(enum.StrEnum):
    """What is wrong with a file of the vault. The value is the Indonesian word that people read."""

    ROT = "isi berubah"
    LOST = "tidak ada"
    UNREADABLE = "tidak terbaca"
    STRANGER = "tidak dikenal"


@dataclass(frozen=True)
class Finding:
    """Something that is not as the register says.

    :param asset: empty where a whole destination is meant; so is `file`.
    :param text: what was seen, in English, for the staff.
    :param mended: what was done about it; empty where it stays.
    """

    fault: Fault
    destination: str
    asset: str
    file: str
    text: str
    mended: str = ""

    def stored(self) -> dict[str, Any]:
        """Return it as the register keeps it."""
        return asdict(self)


class Budget:
    """How much one scan may read.

    :param bytes_: in all.
    :param until: no further file is begun after that.
    """

    def __init__(self, bytes_: float, until: datetime) -> None:
        self._left = bytes_
        self._until = until

    def take(self, size: int, now: datetime) -> bool:
        """Return whether another file of `size` bytes may be read now; the first may be larger than the budget."""
        allowed = self._left > 0 and now < self._until
        if allowed:
            self._left -= size
        return allowed
