"""Read a YAML file into its model and report every violation at once.

First the shape of the file (keys, types, patterns) is checked as a whole, then, when it holds, what its
parts say about one another.
"""

from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import ErrorDetails

from cadangan import paths
from cadangan.errors import ConfigError


class Strict(BaseModel):
    """Base of the configuration models: frozen, and an unknown key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


Model = TypeVar("Model", bound=BaseModel)


class _UniqueKeyLoader(yaml.CSafeLoader):
    """The safe loader in C, since every task reads these files, except that a key given twice is an error:
    YAML would drop the first in silence."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        for key in repeated(str(key_node.value) for key_node, _ in node.value):
            raise yaml.constructor.ConstructorError(None, None, f"key {key} is given more than once", node.start_mark)
        return super().construct_mapping(node, deep)


def load(file_name: str, model: type[Model]) -> Model:
    """Return `file_name` of the config folder as a `model`; raise ConfigError with all violations."""
    path = paths.config_dir() / file_name
    try:
        data = yaml.load(path.read_text(encoding="utf-8"), _UniqueKeyLoader)  # noqa: S506 - it is a safe loader
    except OSError as err:
        raise ConfigError(f"Cannot read {path}.", [f"{err.strerror}; create it from include/config"]) from err
    # ValueError: bytes that are not UTF-8, or a date such as 2026-02-30.
    except (yaml.YAMLError, ValueError) as err:
        raise ConfigError(f"{path} is not YAML.", [str(err)]) from err
    return parse(data, model, path)


def parse(data: object, model: type[Model], origin: Path | str) -> Model:
    """Return `data` as a `model`; raise ConfigError that lists each violation with its path in the file."""
    heading = f"{origin} breaks its schema; correct these lines."
    try:
        return model.model_validate(data)
    except ValidationError as err:
        raise ConfigError(heading, [_line(error) for error in _telling(err.errors())]) from err
    except ConfigError as err:
        raise ConfigError(heading, err.violations) from err


def refuse(problems: Iterable[str]) -> None:
    """Raise ConfigError when there are `problems`, each "path: what is wrong"; for a model's own validator."""
    if lines := list(problems):
        raise ConfigError("The configuration contradicts itself; correct these lines.", lines)


def repeated(values: Iterable[str]) -> list[str]:
    """Return the values that occur more than once, in order of their first occurrence."""
    return [value for value, count in Counter(values).items() if count > 1]


def _telling(errors: list[ErrorDetails]) -> list[ErrorDetails]:
    """Return the errors without "too short" of lists whose items are what is wrong: pydantic counts good items only."""
    inside = {error["loc"][:length] for error in errors for length in range(len(error["loc"]))}
    return [error for error in errors if error["type"] != "too_short" or error["loc"] not in inside]


def _line(error: ErrorDetails) -> str:
    hint = ""
    if error["type"] == "string_type" and isinstance(error["input"], bool | int | float):
        # YAML 1.1 reads NO as false, 0011 as 9 and 12:30 as 750.
        hint = f" (YAML reads it as {error['input']!r}; put the text in quotes)"
    return f"{_where(error['loc'])}: {error['msg']}{hint}"


def _where(location: tuple[int | str, ...]) -> str:
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in location).lstrip(".") or "(file)"
