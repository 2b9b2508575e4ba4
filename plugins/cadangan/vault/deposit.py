"""Put a back-up into the vault: at every destination that takes it, and at enough of them or at none."""

import contextlib
import logging
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence

from cadangan.core.naming import UNFINISHED, BackupName, parse
from cadangan.errors import CadanganError, CopyFailed, NameInvalid, VaultError
from cadangan.vault.copies import finished
from cadangan.vault.draft import Draft
from cadangan.vault.place import Place

log = logging.getLogger(__name__)


class Deposit:
    """The files of one back-up while it is being made. Made by `deposit`.

    A destination that fails is lost: its files are removed and the others go on, as long as there are enough.
    """

    def __init__(self, places: Sequence[Place], name: BackupName, needed: int) -> None:
        self.lost: dict[str, CadanganError] = {}
        self.needed = needed
        self._places = tuple(places)
        self._name = name
        self._drafts: dict[str, list[Draft]] = {place.name: [] for place in places}

    def lose(self, destination: str, why: CadanganError) -> None:
        """Give a destination up, `why`; raise what the first one was given up for when too few are left."""
        if destination in self.lost:
            return
        log.warning("Back-up %s: no copy at %s: %s", self._name, destination, why)
        self.lost[destination] = why
        if len(self._places) - len(self.lost) < self.needed:
            raise next(iter(self.lost.values()))
        self._withdraw(destination)

    def sweep(self, kept: Collection[str]) -> None:
        """Remove what earlier tries of the same item left, but for `kept` and for back-ups that lie at enough places.

        Raise VaultError when too few destinations answer.
        """
        found: Counter[str] = Counter()
        self._at_each(lambda place: found.update(str(name) for name in finished(place, self._name.asset)))
        complete = {name for name, places in found.items() if places >= self.needed}
        self._at_each(lambda place: sweep(place, self._name, {*kept, *complete}))

    def drafts(self, file_name: str) -> tuple[Draft, ...]:
        """Open `file_name` at every destination, under its temporary name; raise CopyFailed when too few are left."""
        opened: list[Draft] = []

        def begin(place: Place) -> None:
            draft = Draft(place, self._name.asset, file_name)
            self._drafts[place.name].append(draft)
            opened.append(draft)

        self._at_each(begin)
        return tuple(opened)

    def finish(self, manifest: str) -> None:
        """Give all files their final names, then write `manifest` beside them; raise CopyFailed when too few are left.

        The manifests come last: without one, nothing at a destination is a back-up.
        """
        self._at_each(lambda place: _publish(self._drafts[place.name]))
        self.drafts(self._name.manifest())
        self._at_each(lambda place: self._drafts[place.name][-1].write_whole(manifest.encode()))
        self._at_each(lambda place: self._drafts[place.name][-1].publish())

    def withdraw(self) -> None:
        """Remove everything again, the manifests first."""
        for place in self._places:
            self._withdraw(place.name)

    def _withdraw(self, destination: str) -> None:
        for draft in reversed(self._drafts[destination]):
            draft.withdraw()

    def _at_each(self, act: Callable[[Place], object]) -> None:
        for place in self._places:
            if place.name in self.lost:
                continue
            try:
                act(place)
            except (CopyFailed, VaultError) as err:
                self.lose(place.name, err)


def _publish(drafts: Sequence[Draft]) -> None:
    for draft in drafts:
        draft.publish()


@contextlib.contextmanager
def deposit(
    places: Sequence[Place], name: BackupName, kept: Collection[str] = (), needed: int = 1
) -> Iterator[Deposit]:
    """Sweep what a killed try of the same item left, then collect a back-up; an exception removes all of it.

    :param kept: names of back-ups that stay even where a destination has lost its copy.
    :param needed: at how many destinations it must come to lie.
    """
    made = Deposit(places, name, needed)
    made.sweep(kept)
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
