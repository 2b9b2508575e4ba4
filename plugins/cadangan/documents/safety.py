"""Make text from people, programs and databases fit for a document: printable, without secrets, inert."""

import re

from markupsafe import Markup, escape

# What XML 1.0 forbids, what no reader can see, and what turns the direction of the text around it.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")
_SECRETS = (
    (re.compile(r"(?<=://)[^/@\s]+(?=@)"), "•••"),
    (re.compile(r"(?i)(password|passwd|pwd|secret|token)(\s*[=:]\s*)('[^']*'|\"[^\"]*\"|[^\s,;&]+)"), r"\1\2•••"),
    (re.compile(r"(?i)AGE-SECRET-KEY-[0-9A-Z-]+"), "•••"),
)
_PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")
_SPACES = re.compile(r"\s+")


def clean(text: str) -> str:
    """Return `text` without unprintable characters, and with what looks like a credential blotted out."""
    text = _UNPRINTABLE.sub("", text)
    for pattern, blot in _SECRETS:
        text = pattern.sub(blot, text)
    return text


def one_line(text: object) -> str:
    """Return clean text on one line: a subject, a table's cell."""
    return _SPACES.sub(" ", clean(str(text))).strip()


def printable(value: object) -> object:
    """Return text cleaned and anything else as it is; what is markup already was cleaned when it was made."""
    return clean(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def broken_into_lines(value: object, line_break: Markup) -> Markup:
    """Return text as markup, its line ends as `line_break`; markup comes back as it is."""
    if isinstance(value, Markup):
        return value
    return line_break.join(escape(line) for line in clean(str(value)).splitlines())


def markdown(value: object) -> object:
    """Return text on one line in which no character means anything to Markdown; anything else as it is.

    Escaping the braces as well keeps a second template engine from finding an expression in it.
    """
    return _PUNCTUATION.sub(r"\\\1", one_line(value)) if isinstance(value, str) else value
