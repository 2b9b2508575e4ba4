"""Minutes of a restore (berita acara pemulihan) and of its roll-back (berita acara pengembalian)."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from cadangan.documents.views.minutes import Masthead, Opening


@dataclass(frozen=True)
class Checked:
    """What was compared of a restored place: what the manifest says, what was found, and a Verdict."""

    label: str
    expected: str
    found: str
    verdict: str


@dataclass(frozen=True)
class RestoredBackup:
    """The back-up from which was restored. Sizes in bytes; `recovery_point` is its snapshot."""

    name: str
    application: str
    recovery_point: datetime
    stored_bytes: int
    sha256: str
    destination: str


@dataclass(frozen=True)
class Restored:
    """One restore of one asset.

    :param server: where to; only the office reads it.
    :param database: name or path of what was restored.
    :param replaces: whether it took the place of what runs.
    :param result: a Result.
    :param checks: what was compared with the manifest.
    :param differences: an Indonesian sentence each; those that name private things are masked.
    :param safety_backup: name of the back-up of what was replaced, empty where nothing was.
    """

    backup: RestoredBackup
    server: str
    database: str
    replaces: bool
    started_at: datetime
    ended_at: datetime
    result: str
    checks: tuple[Checked, ...]
    differences: tuple[str, ...] = ()
    not_compared: tuple[str, ...] = ()
    safety_backup: str = ""


@dataclass(frozen=True)
class RestoreMinutes:
    """See the module's docstring.

    :param purpose: why it was restored, or that it was a rehearsal.
    """

    TEMPLATE: ClassVar[str] = "minutes_restore"
    SUFFIX: ClassVar[str] = "berita-acara-pemulihan"

    cover: Masthead
    opening: Opening
    purpose: str
    restored: tuple[Restored, ...]
    note: str = ""


@dataclass(frozen=True)
class RolledBack:
    """One asset brought back to how it was before a restore.

    :param way: how, an Indonesian sentence.
    :param safety_backup: name of the back-up that it was brought back from, empty where it was not needed.
    :param result: a Result.
    """

    application: str
    server: str
    database: str
    way: str
    safety_backup: str
    state_of: datetime
    started_at: datetime
    ended_at: datetime
    result: str
    checks: tuple[Checked, ...]


@dataclass(frozen=True)
class RollbackMinutes:
    """See the module's docstring.

    :param undone: what was undone, such as the minutes of the restore.
    :param reason: why.
    :param decided_by: name and position of who decided it.
    """

    TEMPLATE: ClassVar[str] = "minutes_rollback"
    SUFFIX: ClassVar[str] = "berita-acara-pengembalian"

    cover: Masthead
    opening: Opening
    undone: str
    reason: str
    decided_by: str
    rolled_back: tuple[RolledBack, ...]
    note: str = ""
