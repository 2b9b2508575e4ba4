"""How files come to lie at a destination: one module a kind of file system, the same functions in each.

`begin`, `settle`, `publish`, `put_aside`, `listing`, `remove`, `locked_until`.
"""

from types import ModuleType

from fsspec import AbstractFileSystem  # type: ignore[import-untyped]

from cadangan.vault import local, objects, remote


def way_of(fs: AbstractFileSystem) -> ModuleType:
    """Return the module that knows `fs`."""
    if local.is_local(fs):
        return local
    return objects if objects.is_object_store(fs) else remote
