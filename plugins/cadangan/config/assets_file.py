"""Write assets.yaml anew, keeping what people wrote beside its values: comments, order, quotes."""

import io
import os
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq

from cadangan import paths
from cadangan.config.assets import FILE, Assets
from cadangan.config.loading import parse
from cadangan.errors import ConfigError

# Keys that are dates, which YAML writes without quotes.
_DATES = ("registered_on",)


def current() -> str:
    """Return the text of assets.yaml, empty when there is none."""
    path = paths.config_dir() / FILE
    return path.read_text(encoding="utf-8") if path.exists() else ""


def revised(text: str, content: Mapping[str, Any]) -> str:
    """Return `text` changed so that it says `content`; what is the same already stays as it is written.

    A comment stays with what it stands behind or below; with an entry that goes, its comments go. Raise ConfigError
    when the outcome would not be what was asked for.
    """
    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.width = 4096
    yaml.indent(mapping=2, sequence=4, offset=2)
    tree = yaml.load(text) or CommentedMap()
    wanted = parse(content, Assets, FILE)
    if tree and parse(_plain(text), Assets, FILE) == wanted:
        return text
    _merge_map(tree, content)
    out = io.StringIO()
    yaml.dump(tree, out)
    if parse(_plain(out.getvalue()), Assets, FILE) != wanted:
        raise ConfigError(f"{FILE} cannot be written without loss.", ["enter the change by hand, and report this"])
    return out.getvalue()


def replace(text: str) -> None:
    """Put `text` in the place of assets.yaml, whole or not at all; raise ConfigError when it cannot be written."""
    path = paths.config_dir() / FILE
    try:
        with tempfile.NamedTemporaryFile("w", encoding="utf-8", dir=path.parent, delete=False) as draft:
            draft.write(text)
            draft.flush()
            os.fsync(draft.fileno())
        Path(draft.name).chmod(path.stat().st_mode & 0o777 if path.exists() else 0o644)
        Path(draft.name).replace(path)
    except OSError as err:
        raise ConfigError(f"Cannot write {path}.", [str(err.strerror)]) from err


def _plain(text: str) -> object:
    return YAML(typ="safe", pure=True).load(text)


def _merge_map(tree: CommentedMap, content: Mapping[str, Any]) -> None:
    for key in [key for key in tree if key not in content]:
        del tree[key]
    for key, value in content.items():
        known = tree.get(key)
        if isinstance(value, list) and isinstance(known, CommentedSeq):
            _merge_list(known, value)
        elif known is None or _scalar(key, known) != value:
            tree[key] = _new(key, value)


def _merge_list(tree: CommentedSeq, content: Sequence[Any]) -> None:
    named = {entry.get("name"): entry for entry in tree if isinstance(entry, CommentedMap)}
    if not all(isinstance(entry, Mapping) for entry in content):
        if list(tree) != list(content):
            tree[:] = list(content)
        return
    entries = []
    for entry in content:
        known = named.get(entry["name"])
        if known is None:
            entries.append(_new("", entry))
            continue
        _merge_map(known, entry)
        entries.append(known)
    if [id(entry) for entry in entries] != [id(entry) for entry in tree]:
        tree[:] = entries


def _scalar(key: str, known: object) -> object:
    # The table has texts only.
    return str(known) if key in _DATES else known


def _new(key: str, value: object) -> object:
    if isinstance(value, Mapping):
        return CommentedMap((inner, _new(inner, part)) for inner, part in value.items())
    if isinstance(value, list):
        return CommentedSeq(_new("", part) for part in value)
    return value
