"""One module a database engine, the same functions in each (types: `engines.contract`).

- `METHOD`: how it backs up, in a few Indonesian words for the plan.
- `PORT`: at which its servers listen unless their connection says otherwise; None where there is no server.
- `target_of(login, database) -> target`: the engine's own record of where and as whom; it has a `database`.
- `inspect(target, client_dirs, host) -> Inspection`: the evidence for officers. Raise TargetUnreachable.
- `databases(target, host) -> Databases`: what else there is on the server of `target`, its own system left out; where
  there is no server, in the folder that `target.database` names. Raise EngineError.
- `open_dump(target, client_dirs, policy, host) -> context manager of Dump`: one consistent view, and what to run.
  Raise EngineError.
- `reading(manifest, artefact, client_dirs) -> context manager of Reader`: what looks at a stored artefact when it is
  checked. Raise ClientMissing.
"""

from importlib import import_module
from types import ModuleType

# By the `engine` of a server in assets.yaml.
ENGINES = {
    "postgres": "cadangan.engines.postgres",
    "mysql": "cadangan.engines.mysql",
    "sqlite": "cadangan.engines.sqlite",
    "files": "cadangan.engines.files",
}


def engine(name: str) -> ModuleType:
    """Return the module of an engine; it is imported now, with its driver."""
    return import_module(ENGINES[name])
