"""What looks at a stored archive when it is checked: every file of it is digested anew and compared."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import islice

from cadangan.core.manifest import Artefact, FileFacts, Manifest
from cadangan.engines.contract import Reader
from cadangan.engines.files.archive import Archive
from cadangan.errors import EngineError

_MOST_NAMED = 10


@contextmanager
def reading(manifest: Manifest, artefact: Artefact, client_dirs: Sequence[str]) -> Iterator[Reader]:
    """Give the reader of `artefact`; see the contract."""
    yield Compared(manifest.inventory.files)


class Compared:
    """Compares an archive's members with the manifest's, one by one in their order."""

    def __init__(self, expected: Sequence[FileFacts]) -> None:
        self._expected = iter(expected)
        self._archive = Archive(self._compare)
        self._different: list[str] = []
        self._broken = ""

    def write(self, data: bytes) -> None:
        """See Reader."""
        if not self._broken:
            try:
                self._archive.write(data)
            except EngineError as err:
                self._broken = str(err)

    def problems(self) -> list[str]:
        """See Reader."""
        if self._broken:
            return [self._broken]
        missing = list(islice(self._expected, _MOST_NAMED))
        found = [*self._different, *(f"{facts.path} is missing" for facts in missing)]
        return found if self._archive.whole else [*found, "the archive has no end"]

    def _compare(self, found: FileFacts) -> None:
        expected = next(self._expected, None)
        if (expected is None or not _same(found, expected)) and len(self._different) < _MOST_NAMED:
            told = "nothing" if expected is None else _facts(expected)
            self._different.append(f"it holds {_facts(found)} where the manifest has {told}")


def _same(found: FileFacts, expected: FileFacts) -> bool:
    """Return whether two facts agree; older manifests have no attributes."""
    return found == (expected if expected.attributes else expected._replace(attributes=found.attributes))


def _facts(facts: FileFacts) -> str:
    return f"{facts.kind} {facts.path} ({facts.size} bytes, {facts.content or 'no digest'}, {facts.attributes})"
