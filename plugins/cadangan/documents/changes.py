"""What tar said of files that changed while it read them, as people read it."""

import re
from collections.abc import Sequence

MOST_NAMED = 100
_KNOWN = (
    (re.compile(r"(.*): file changed as we read it"), r"\1: berubah selama dibaca"),
    (re.compile(r"(.*): File removed before we read it"), r"\1: dihapus sebelum dibaca, tidak ikut tercadangkan"),
    (
        re.compile(r"(.*): File shrank by (\d+) bytes?; padding with zeros"),
        r"\1: memendek \2 bita selama dibaca; kekurangannya diisi nol",
    ),
)


def told(lines: Sequence[str]) -> tuple[str, ...]:
    """Return the messages in Indonesian, with the files' names; a message that is not known stands as it is."""
    shown = tuple(_told(line) for line in lines[:MOST_NAMED])
    rest = len(lines) - len(shown)
    return (*shown, f"dan {rest} lainnya, dengan nama, dalam manifes di samping salinan") if rest > 0 else shown


def _told(line: str) -> str:
    for pattern, sentence in _KNOWN:
        if match := pattern.fullmatch(line):
            return match.expand(sentence)
    return line
