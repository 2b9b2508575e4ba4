"""Read a YAML file into its model and report every violation at once."""

from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from cadangan import paths
from cadangan.errors import ConfigError


class Strict(BaseModel):
    """Base of the configuration models: frozen, and an unknown key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


Model = TypeVar("Model", bound=BaseModel)


def load(file_name: str, model: type[Model]) -> Model:
    """Return `file_name` of the config folder as a `model`; raise ConfigError with all violations."""
    path = paths.config_dir() / file_name
    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as err:
        raise ConfigError(f"Cannot read {path}.", [f"{err.strerror}; create it from include/config"]) from err
    except yaml.YAMLError as err:
        raise ConfigError(f"{path} is not YAML.", [str(err)]) from err
    return parse(data, model, path)


def parse(data: Any, model: type[Model], origin: Path | str) -> Model:
    """Return `data` as a `model`; raise ConfigError that lists each violation with its path in the file."""
    try:
        return model.model_validate(data)
    except ValidationError as err:
        lines = [f"{_where(error['loc'])}: {error['msg']}" for error in err.errors()]
        raise ConfigError(f"{origin} breaks its schema; correct these lines.", lines) from err


def _where(location: tuple[int | str, ...]) -> str:
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in location).lstrip(".") or "(file)"
