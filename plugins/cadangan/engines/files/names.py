"""How names are written down: as text that every document and JSON can hold, and that tells every name apart."""

import re

_SPELLED = {"\n": "\\n", "\t": "\\t", "\r": "\\r", "\a": "\\a", "\b": "\\b", "\f": "\\f", "\v": "\\v", "\\": "\\\\"}
_MEANT = {written[1:]: char for char, written in _SPELLED.items()}
_ESCAPED = re.compile(rb"\\([0-3][0-7]{2}|.|$)", re.DOTALL)
_OCTAL_DIGITS = 3


def spelled(name: bytes) -> str:
    """Return `name` with backslashes doubled and what cannot be printed as `\\n` or in octal, byte by byte."""
    text = name.decode("utf-8", "surrogateescape")
    if text.isprintable() and "\\" not in text:
        return text
    return "".join(_spelled(char) for char in text)


def _spelled(char: str) -> str:
    if char in _SPELLED:
        return _SPELLED[char]
    if char.isprintable():
        return char
    return "".join(f"\\{byte:03o}" for byte in char.encode("utf-8", "surrogateescape"))


def unspelled(text: str) -> bytes:
    """Return the name that `spelled` wrote as `text`; raise ValueError where it wrote no such text."""
    return _ESCAPED.sub(_meant, text.encode("utf-8"))


def _meant(escaped: re.Match[bytes]) -> bytes:
    code = escaped[1].decode("utf-8", "replace")
    if code in _MEANT:
        return _MEANT[code].encode()
    if len(code) == _OCTAL_DIGITS:
        return bytes([int(code, 8)])
    raise ValueError(f"\\{code} stands for nothing in a file's name")
