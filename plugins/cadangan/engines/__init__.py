"""One module a database engine, the same functions in each."""

from types import ModuleType

from cadangan.engines import postgres

# By the `engine` of a server in assets.yaml.
ENGINES: dict[str, ModuleType] = {"postgres": postgres}
