"""The reference page of the configuration, in Markdown, made from the JSON Schemas."""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

Schema = Mapping[str, Any]

_WORDS = {"string": "text", "date": "date", "integer": "whole number", "number": "number", "boolean": "true, false"}
_LIMITS = {"minimum": "from", "exclusiveMinimum": "above", "maximum": "to"}

_HEAD = """\
# Configuration

<!-- Made by `python -m cadangan.config.schema`; change the models in plugins/cadangan/config instead. -->

Four YAML files in `include/config`, or in the folder that `CADANGAN_CONFIG` names. A key that is not listed
here is an error, and so is a key given twice. `python -m cadangan config check` reports everything that is wrong
in all four at once. Passwords and keys are never here: they live in Airflow connections, which the files name.
A `*` marks a key without a default.

YAML reads `NO` as false, `0011` as a number and `12:30` as 750: put such texts, and every NIP, in quotes.

An editor with a YAML language server completes and checks the files with a first line such as
`# yaml-language-server: $schema=../../docs/schema/sop.schema.json`.
"""


def page(schemas: Mapping[str, Schema]) -> str:
    """Return the page on the files of `schemas`."""
    parts = [_HEAD]
    for file_name, schema in schemas.items():
        parts.append(f"## {file_name}\n\n{_sentence(schema['description'])}\n")
        defs = schema.get("$defs", {})
        parts.append(_table(schema, defs))
        for name, part in defs.items():
            if "properties" in part:
                parts.append(f"### {name}\n\n{part['description']}\n")
                parts.append(_table(part, defs))
    return "\n".join(parts)


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _table(schema: Schema, defs: Schema) -> str:
    rows = ["| key | value | default | meaning |", "|---|---|---|---|", *_rows(schema, defs)]
    return "\n".join(rows) + "\n"


def _rows(schema: Schema, defs: Schema) -> Iterator[str]:
    required = schema.get("required", ())
    for key, value in schema["properties"].items():
        mark, default = (" *", "") if key in required else ("", _default(value.get("default")))
        yield f"| `{key}`{mark} | {_type(value, defs)} | {default} | {value['description']} |"


def _type(value: Schema, defs: Schema) -> str:
    """Return what a value may be, in words."""
    match value:
        case {"$ref": ref}:
            name = ref.rpartition("/")[2]
            words = _choices(defs[name]["enum"]) if "enum" in defs[name] else f"[{name}](#{name.lower()})"
        case {"enum": choices}:
            words = _choices(choices)
        case {"const": only}:
            words = f"`{only}`"
        case {"anyOf": [first, *_]}:
            words = _type(first, defs)
        case {"items": items}:
            words = f"list of {_type(items, defs)}"
        case {"patternProperties": patterns}:
            words = f"mapping from names to {_type(next(iter(patterns.values())), defs)}"
        case {"propertyNames": names, "additionalProperties": items}:
            words = f"mapping from {_type(names, defs)} to {_type(items, defs)}"
        case {"additionalProperties": items}:
            words = f"mapping to {_type(items, defs)}"
        case _:
            words = _plain(value)
    return words


def _choices(choices: Iterable[str]) -> str:
    return ", ".join(f"`{choice}`" for choice in choices)


def _plain(value: Schema) -> str:
    words = [_WORDS[value.get("format", value["type"])]]
    words += [f"{word} {value[key]}" for key, word in _LIMITS.items() if key in value]
    if "pattern" in value:
        words.append(f"matching `{value['pattern']}`".replace("|", "\\|"))
    return " ".join(words)


def _default(value: object) -> str:
    """Return a default as one would write it in YAML; nothing where leaving the key out has a meaning of its own."""
    if value is None or value == "":
        return ""
    return f"`{value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)}`"
