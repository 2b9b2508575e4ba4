"""Single files out of a back-up: which of its members are wanted."""

from collections.abc import Iterator, Sequence

from cadangan.core.manifest import FileFacts, Manifest
from cadangan.engines.files.names import unspelled


def missing(manifest: Manifest, only: Sequence[str]) -> list[str]:
    """Return which of the wanted names the back-up does not hold."""
    held = {_plain(each.path) for each in manifest.inventory.files} if only else set()
    return [name for name in only if _plain(name) not in held]


def narrowed(manifest: Manifest, only: Sequence[str]) -> Manifest:
    """Return the manifest of what is wanted alone, which is what a restore of it is compared with.

    The folders on the way are made by tar; they are members without attributes here.
    """
    if not only:
        return manifest
    files = manifest.inventory.files
    wanted = _wanted(files, only)
    above = {path for name in wanted for path in _above(name)} - wanted
    kept = tuple(
        each if _plain(each.path) in wanted else each._replace(attributes="")
        for each in files
        if _plain(each.path) in wanted | above
    )
    return manifest.model_copy(update={"inventory": manifest.inventory.model_copy(update={"files": kept})})


def names_file(manifest: Manifest, only: Sequence[str]) -> bytes:
    """Return the wanted names as tar reads them from a file, each ended by a zero byte."""
    roots = {_plain(name) for name in only}
    linked = {name for name in _wanted(manifest.inventory.files, only) if not _is_below(name, roots)}
    return b"".join(unspelled(name) + b"\0" for name in sorted(roots | linked))


def _wanted(files: Sequence[FileFacts], only: Sequence[str]) -> set[str]:
    """Return the members that are wanted, all that is below them, and what hard links among them lead to."""
    roots = {_plain(name) for name in only}
    found = [each for each in files if _is_below(_plain(each.path), roots)]
    linked = {_plain(each.content) for each in found if each.kind == "hard link"}
    return linked | {_plain(each.path) for each in found}


def _plain(name: str) -> str:
    """Return a member's name as the manifest has it, also where people left the beginning out."""
    plain = name.rstrip("/") or "."
    return plain if plain == "." or plain.startswith("./") else f"./{plain}"


def _is_below(path: str, roots: set[str]) -> bool:
    return path in roots or any(above in roots for above in _above(path))


def _above(path: str) -> Iterator[str]:
    return (path[:index] for index, char in enumerate(path) if char == "/")
