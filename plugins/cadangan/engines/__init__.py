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

For restoring (types: `engines.restoring`, `core.difference`). A place is a database, a file or a folder; a target says
where one is, whether it exists or not:

- `examine_target(manifest, target, client_dirs, host) -> Fitness`: can this back-up be restored there? Versions,
  client, roles, extensions, encoding; a place that exists must be empty. Raise TargetUnreachable.
- `side(target, name) -> target`: another place on the same server, by a name of `core.side_names`. It is reached by
  way of `target`, which exists.
- `sides(target) -> list[SideName]`: the places on that server that have such names.
- `exists(target) -> bool`: whether the place is there.
- `create(target, manifest)`: make the place, empty, in the encoding and, where the server has it, the collation of the
  source. Raise EngineError, also where it exists.
- `is_empty(target) -> bool`: whether the place, which exists, holds nothing.
- `drop(target)`: remove the place and end whoever uses it; one that is not there is no error. Raise RestoreRefused
  unless its name is one of `core.side_names`: no other is ever removed.
- `open_load(target, manifest, client_dirs, policy, host) -> context manager of Load`: restore into the place, which
  exists and is empty. Raise EngineError.
- `take_stock(target, manifest, digest_method, host) -> Stock`: what the place holds, by the same code as the dump's
  inventory and in the manifest's words: where the place's own name is part of those of its tables, the source's stands
  in its stead. Raise EngineError.
- `harmless(difference, manifest, stock) -> bool`: whether a difference comes of restoring elsewhere and is no loss.
- `embedded(manifest, client_dirs, folder) -> context manager of target`: a server of one's own in the empty `folder`,
  or that folder, for rehearsals, gone with the block; `side` begins at the target. Raise ClientMissing.

For giving a restored place the name that was asked for, or that of what it replaces, all or none of them (without
`rename` neither is offered):

- `named(target, name) -> target`: a place on the same server by any name; `side` is for the names of Cadangan.
- `places(target) -> mapping`: of the names of all places on that server to what tells each from any other that ever
  bore its name.
- `examine_rename(target) -> (blockers, warnings)`: may this place be replaced? Indonesian sentences.
- `dress(target, like)`: give a place what belongs to the place `like` itself rather than to what it holds.
- `rename(target, renames, sessions)`: give places other names, in their order and all at once; whoever uses one of them
  is ended, or, with "refuse", keeps that from happening. Raise RestoreRefused.
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
