"""Give a restored place its name, where asked for that of what is there now, and take that back: in one step each.

Both look at what is there first, so that they can be repeated after a crash anywhere: a place is known by its identity
and not by its name alone, and whatever does not fit one of the two pictures is left to a person.
"""

import enum
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from types import ModuleType
from typing import Literal

from cadangan.errors import RestoreRefused

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Names:
    """Two places and their names.

    :param serving: the name that is used; the same as `side` where the restored place keeps the name it was given.
    :param side: of the restored place while it does not serve.
    :param kept: of what it replaces while that does not serve; empty where it replaces nothing, like `old_id`.
    :param new_id: what tells the restored place from any other, by the engine's `places`.
    """

    serving: str
    side: str
    kept: str
    new_id: str
    old_id: str


@enum.unique
class Picture(enum.Enum):
    """What is there: all as it was before, or what was restored serves."""

    BEFORE = "before"
    AFTER = "after"


def picture(names: Names, there: Mapping[str, str]) -> Picture:
    """Return which picture `there` (names to identities) is; raise RestoreRefused when it is neither."""
    serving = there.get(names.serving)
    if names.serving == names.side:
        return Picture.AFTER if serving == names.new_id else Picture.BEFORE
    if serving == names.new_id and there.get(names.kept, "") == names.old_id:
        return Picture.AFTER
    # Where nothing is replaced nothing may be there, and `old_id` is empty.
    if (serving or "") == names.old_id and names.kept not in there:
        return Picture.BEFORE
    raise RestoreRefused(
        f"What is there under the names {names.serving}, {names.side} and {names.kept or '-'} is neither how it was "
        "before the restore nor how it is after it: someone else made, removed or renamed one of them. Nothing was "
        "changed; look at the server, bring one of the two pictures about by hand, then clear the task."
    )


def switch_over(engine: ModuleType, target: object, names: Names, sessions: Literal["end", "refuse"]) -> None:
    """Give the restored place its name; nothing is done where it has it.

    :param target: a place on that server that exists.
    :raises RestoreRefused: the restored place is not there, or the picture is neither of the two.
    """
    there = engine.places(target)
    if picture(names, there) is Picture.AFTER:
        log.info("%s serves already", names.serving)
        return
    if there.get(names.side) != names.new_id:
        raise RestoreRefused(f"{names.side} is not there any more; restore it again before the switch-over.")
    if names.old_id:
        engine.dress(engine.named(target, names.side), names.serving)
    away = [(names.serving, names.kept)] if names.old_id else []
    engine.rename(target, [*away, (names.side, names.serving)], sessions)


def take_back(engine: ModuleType, target: object, names: Names, sessions: Literal["end", "refuse"]) -> None:
    """Bring back how it was before; nothing is done where it is so.

    :param target: a place on that server that exists.
    :raises RestoreRefused: the picture is neither of the two.
    """
    if names.serving == names.side or picture(names, engine.places(target)) is Picture.BEFORE:
        return
    back = [(names.kept, names.serving)] if names.old_id else []
    engine.rename(target, [(names.serving, names.side), *back], sessions)
