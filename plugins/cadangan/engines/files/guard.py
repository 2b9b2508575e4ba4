"""Nothing of an archive may come to lie outside the folder that it is restored into.

tar has guards of its own; an archive that needs them is none that Cadangan wrote, and none of it is given to tar from
there on.
"""

from cadangan.engines.files.archive import Begun
from cadangan.engines.files.names import spelled
from cadangan.errors import RestoreFailed


class Guard:
    """Looks at every member before its content goes on."""

    def __init__(self) -> None:
        self._seen: set[bytes] = set()
        self._links: set[bytes] = set()

    def meet(self, begun: Begun) -> None:
        """Raise RestoreFailed when the member would leave the folder, or come in another one's place or through it."""
        path = self._inside(begun.name, begun.name)
        if path in self._seen or (not path and begun.kind != "directory"):
            raise _hostile(begun.name, "takes the place of another one")
        self._seen.add(path)
        if begun.kind == "hard link":
            self._inside(begun.link, begun.name)
        if begun.kind == "symlink":
            self._links.add(path)

    def _inside(self, path: bytes, member: bytes) -> bytes:
        """Return the path below the folder."""
        parts = [part for part in path.split(b"/") if part not in (b"", b".")]
        if path.startswith(b"/") or b".." in parts or b"\0" in path:
            raise _hostile(member, "leads out of its folder")
        if self._links and any(b"/".join(parts[:length]) in self._links for length in range(1, len(parts))):
            raise _hostile(member, "leads through a symlink")
        return b"/".join(parts)


def _hostile(member: bytes, how: str) -> RestoreFailed:
    return RestoreFailed(
        f"The archive's member {spelled(member)} {how}: Cadangan wrote no such archive. Nothing of this counts; "
        "find out who changed it, and restore from another copy."
    )
