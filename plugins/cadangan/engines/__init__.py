"""One module a database engine, the same functions in each."""

from importlib import import_module
from types import ModuleType

# By the `engine` of a server in assets.yaml.
ENGINES = {"postgres": "cadangan.engines.postgres"}


def engine(name: str) -> ModuleType:
    """Return the module of an engine; it is imported now, with its driver."""
    return import_module(ENGINES[name])
