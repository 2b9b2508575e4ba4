"""Put a back-up into the vault: at every destination, or at none."""

import contextlib
import logging
from collections.abc import Collection, Iterator, Sequence

from cadangan.core.naming import UNFINISHED, BackupName, parse
from cadangan.errors import NameInvalid
from cadangan.vault.copies import finished
from cadangan.vault.draft import Draft
from cadangan.vault.place import Place

log = logging.getLogger(__name__)


class Deposit:
    """The files of one back-up while it is being made. Made by `deposit`."""

    def __init__(self, places: Sequence[Place], name: BackupName) -> None:
        self._places = tuple(places)
        self._name = name
        self._drafts: list[Draft] = []

    def drafts(self, file_name: str) -> tuple[Draft, ...]:
        """Open `file_name` at every destination, under its temporary name; raise CopyFailed."""
        before = len(self._drafts)
        for place in self._places:
            self._drafts.append(Draft(place, self._name.asset, file_name))
        return tuple(self._drafts[before:])

    def finish(self, manifest: str) -> None:
        """Give all files their final names, then write `manifest` beside them; raise CopyFailed.

        The manifests come last: without one, nothing at a destination is a back-up.
        """
        for draft in self._drafts:
            draft.publish()
        manifests = self.drafts(self._name.manifest())
        for draft in manifests:
            draft.write_whole(manifest.encode())
        for draft in manifests:
            draft.publish()

    def withdraw(self) -> None:
        """Remove everything again, the manifests first."""
        for draft in reversed(self._drafts):
            draft.withdraw()


@contextlib.contextmanager
def deposit(places: Sequence[Place], name: BackupName, kept: Collection[str] = ()) -> Iterator[Deposit]:
    """Sweep what a killed try of the same item left, then collect a back-up; an exception removes all of it.

    :param kept: names of back-ups that stay even where a destination has lost its copy.
    """
    complete = set.intersection(*({str(found) for found in finished(place, name.asset)} for place in places))
    for place in places:
        sweep(place, name, {*kept, *complete})
    made = Deposit(places, name)
    try:
        yield made
    except BaseException:
        made.withdraw()
        raise


def sweep(place: Place, name: BackupName, kept: Collection[str] = ()) -> list[str]:
    """Remove what earlier, unfinished tries of the same item left at a destination, and return the file names.

    Neither a back-up in `kept` nor a file of another item is touched.
    """
    left = sorted(file for file in place.files(name.asset) if _is_left_over(file, name, kept))
    for file in left:
        log.info("Destination %s: removing %s, left by an unfinished try", place.name, file)
        place.remove(name.asset, file)
    return left


def _is_left_over(file: str, name: BackupName, kept: Collection[str]) -> bool:
    try:
        owner = parse(file)
    except NameInvalid:
        return False
    return owner.same_work(name) and (file.endswith(UNFINISHED) or str(owner) not in kept)
