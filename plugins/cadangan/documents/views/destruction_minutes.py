"""Minutes of a destruction of back-ups (berita acara pemusnahan cadangan)."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from cadangan.documents.views.minutes import Masthead, Opening


@dataclass(frozen=True)
class DestroyedCopy:
    """One file at one destination; `gone_at` is when it was seen to be gone, None when it is still there."""

    destination: str
    name: str
    url: str
    stored_bytes: int
    sha256: str
    gone_at: datetime | None


@dataclass(frozen=True)
class Destroyed:
    """A back-up that was to go.

    :param taken_at: its recovery point.
    :param why: the rule by which it went, such as the end of its retention, an Indonesian phrase.
    :param kept_because: why it stayed after all, empty when it went.
    """

    backup: str
    application: str
    personal_data: str
    taken_at: datetime
    why: str
    copies: tuple[DestroyedCopy, ...]
    kept_because: str = ""

    @property
    def gone(self) -> bool:
        """Whether nothing of it is left."""
        return not self.kept_because and all(copy.gone_at for copy in self.copies)


@dataclass(frozen=True)
class DestructionMinutes:
    """See the module's docstring.

    :param method: how copies are made unreadable, an Indonesian sentence.
    :param approved_by: who let it happen, or the rule that did, an Indonesian phrase.
    """

    TEMPLATE: ClassVar[str] = "minutes_destruction"
    SUFFIX: ClassVar[str] = "berita-acara-pemusnahan"

    cover: Masthead
    opening: Opening
    approved_by: str
    method: str
    destroyed: tuple[Destroyed, ...]
    note: str = ""

    @property
    def gone(self) -> tuple[Destroyed, ...]:
        """The back-ups of which nothing is left."""
        return tuple(each for each in self.destroyed if each.gone)

    @property
    def copies(self) -> tuple[DestroyedCopy, ...]:
        """The files of all back-ups that were not kept."""
        return tuple(copy for each in self.destroyed if not each.kept_because for copy in each.copies)

    @property
    def freed_bytes(self) -> int:
        """How much room became free, over all destinations."""
        return sum(copy.stored_bytes for copy in self.copies if copy.gone_at)
