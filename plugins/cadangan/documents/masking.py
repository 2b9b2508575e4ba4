"""Mask addresses, paths, accounts and names of servers in a rendered document, wherever they stand in its text."""

import ipaddress
import re
from collections.abc import Iterable

from markupsafe import escape

HIDDEN = "(disamarkan)"

# A style sheet is no text; what stands between two tags is.
_TEXT = re.compile(r"(<style>.*?</style>)|>([^<]+)<", re.DOTALL)
_URL = re.compile(r"\b[a-z][a-z0-9+.-]*://[^\s<>\"']+")
_ACCOUNT = re.compile(r"[\w.+-]+@[\w.-]*\w")
# With a lookbehind, so that "800/1234/BKPSDM", "Back-up/Restore" and "IV/a" are no paths.
_PATH = re.compile(r"(?<![\w/.)\]])(?:~|\.{1,2})?/(?=[\w.~-])[^\s,:()'\"<>&]+")
_NUMBER_V4 = r"(?:25[0-5]|2[0-4]\d|1?\d?\d)"
# "1.234.123.111 baris" is a number.
_V4 = re.compile(rf"(?<![\w.])(?:{_NUMBER_V4}\.){{3}}{_NUMBER_V4}(?![\w.]*\w|\s*(?:bita|baris))(?:/\d+|:\d+)?")
_MAYBE_V6 = re.compile(r"(?<![\w:.])[0-9A-Fa-f:]*:[0-9A-Fa-f:]*:[0-9A-Fa-f:.]*(?:%\w+)?(?:/\d+)?")


def hide(markup: str, names: Iterable[str]) -> str:
    """Return HTML or flat ODF whose text tells no address, path or account, nor any of `names`."""
    known = sorted({str(escape(name)) for name in names if name}, key=len, reverse=True)
    pattern = re.compile(rf"(?<![\w-])(?:{'|'.join(map(re.escape, known))})(?![\w-])") if known else None

    def masked(match: re.Match[str]) -> str:
        style, text = match.groups()
        return style or f">{_hidden(pattern.sub(HIDDEN, text) if pattern else text)}<"

    return _TEXT.sub(masked, markup)


def _hidden(text: str) -> str:
    text = _URL.sub(HIDDEN, text)
    text = _ACCOUNT.sub(HIDDEN, text)
    text = _MAYBE_V6.sub(_if_address, text)
    text = _V4.sub(HIDDEN, text)
    return _PATH.sub(HIDDEN, text)


def _if_address(match: re.Match[str]) -> str:
    candidate = match.group()
    try:
        ipaddress.ip_interface(candidate)
    except ValueError:
        return candidate
    return HIDDEN
