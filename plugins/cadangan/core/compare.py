"""Does a place hold what its back-up's manifest says? Pure: what each holds comes from the engines."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from cadangan.core.compare_objects import file_differences, object_differences
from cadangan.core.difference import Aspect, Change, Difference, NotCompared, Stock, stock_of
from cadangan.core.manifest import Inventory, Manifest, SequenceFacts, TableFacts

# Digests of values, and definitions, are written otherwise by another release of a server.
_OF_ONE_RELEASE = "values"


@dataclass(frozen=True)
class Comparison:
    """What a comparison showed.

    :param differences: all of them; none where everything that was compared is as the manifest has it.
    :param not_compared: what could not be compared, and why.
    """

    differences: tuple[Difference, ...]
    not_compared: tuple[NotCompared, ...]


def compare(manifest: Manifest, found: Stock) -> Comparison:
    """Compare all that `manifest` recorded with what was `found`, whatever the order of either."""
    expected = stock_of(manifest)
    same_release = _release(expected.server_version) == _release(found.server_version)
    tables = _Tables(expected.inventory.tables, found.inventory.tables, same_release)
    differences = (
        *_place(expected, found),
        *tables.differences(),
        *object_differences(expected.inventory.objects, found.inventory.objects, same_release),
        *_sequences(expected.inventory.sequences, found.inventory.sequences),
        *_large_objects(expected.inventory, found.inventory),
        *_roles(expected.inventory, found.inventory),
        *file_differences(expected.inventory.files, found.inventory.files),
        *found.faults,
    )
    return Comparison(differences, (*tables.not_compared(), *_not_compared(expected, found, same_release)))


def _release(server_version: str) -> str:
    return server_version.partition(".")[0]


def _place(expected: Stock, found: Stock) -> Iterator[Difference]:
    for aspect, word, was, now in (
        (Aspect.ENCODING, "Enkode", expected.encoding, found.encoding),
        (Aspect.COLLATION, "Kolasi", expected.collation, found.collation),
    ):
        if was and was.casefold() != now.casefold():
            sentence = f"{word} hasil pemulihan adalah {now or 'tidak diketahui'}; manifes mencatat {was}."
            yield Difference(aspect=aspect, change=Change.CHANGED, place="basis data", sentence=sentence)


class _Tables:
    def __init__(self, expected: Sequence[TableFacts], found: Sequence[TableFacts], same_release: bool) -> None:
        self._same_release = same_release
        self._expected = {_name(table): table for table in expected}
        self._found = {_name(table): table for table in found}

    def differences(self) -> Iterator[Difference]:
        for name, table in self._expected.items():
            if name not in self._found:
                sentence = f"Tabel {name} tidak ada pada hasil pemulihan; manifes mencatat {table.rows} baris."
                yield Difference(aspect=Aspect.TABLE, change=Change.MISSING, place=name, sentence=sentence)
            else:
                yield from self._changes(name, table, self._found[name])
        for name in self._found.keys() - self._expected.keys():
            sentence = f"Tabel {name} ada pada hasil pemulihan, tetapi tidak tercatat dalam manifes."
            yield Difference(aspect=Aspect.TABLE, change=Change.EXTRA, place=name, sentence=sentence)

    def _changes(self, name: str, was: TableFacts, now: TableFacts) -> Iterator[Difference]:
        changed = []
        if was.rows != now.rows:
            changed.append((Aspect.ROWS, f"Tabel {name} memuat {now.rows} baris; manifes mencatat {was.rows} baris."))
        elif not self._why_not(was, now) and was.digest != now.digest:
            changed.append((Aspect.CONTENT, f"Isi tabel {name} berbeda dari yang dicadangkan (jumlah baris sama)."))
        if was.owner != now.owner:
            changed.append((Aspect.OWNER, f"Pemilik tabel {name} adalah {now.owner}; manifes mencatat {was.owner}."))
        if self._same_release and was.definition and was.definition != now.definition:
            changed.append((Aspect.DEFINITION, f"Definisi kolom tabel {name} berbeda dari manifes."))
        for aspect, sentence in changed:
            yield Difference(aspect=aspect, change=Change.CHANGED, place=name, sentence=sentence)

    def _why_not(self, was: TableFacts, now: TableFacts) -> str:
        """Return why two digests cannot be compared, empty when they can."""
        if was.digest is None or now.digest is None:
            return "ringkasan isi tidak dihitung" + _reason(was if was.digest is None else now)
        if was.digest_method != now.digest_method:
            return f"metode ringkasan isi berbeda ({was.digest_method} dan {now.digest_method})"
        if was.digest_method == _OF_ONE_RELEASE and not self._same_release:
            return "ringkasan isi tidak dapat dibandingkan antarversi server"
        return ""

    def not_compared(self) -> Iterator[NotCompared]:
        names = defaultdict(list)
        for name in self._expected.keys() & self._found.keys():
            if why := self._why_not(self._expected[name], self._found[name]):
                names[why].append(name)
        for why, tables in sorted(names.items()):
            sentence = f"Isi {len(tables)} tabel hanya dibandingkan jumlah barisnya, karena {why}: {_some(tables)}."
            yield NotCompared(aspect=Aspect.CONTENT, sentence=sentence)


def _sequences(expected: Sequence[SequenceFacts], found: Sequence[SequenceFacts]) -> Iterator[Difference]:
    """Yield the sequences that are behind; which of them are there at all, their objects tell."""
    values = {f"{each.schema_name}.{each.name}": each.last_value for each in found}
    for each in expected:
        name = f"{each.schema_name}.{each.name}"
        value = values.get(name)
        if each.last_value is not None and (value is None or value < each.last_value):
            now = "belum pernah dipakai" if value is None else f"bernilai {value}"
            sentence = f"Sekuens {name} {now}; manifes mencatat {each.last_value}."
            yield Difference(aspect=Aspect.SEQUENCE, change=Change.CHANGED, place=name, sentence=sentence)


def _large_objects(expected: Inventory, found: Inventory) -> Iterator[Difference]:
    if expected.large_objects != found.large_objects:
        sentence = (
            f"Hasil pemulihan memuat {found.large_objects} objek besar; manifes mencatat {expected.large_objects}."
        )
    elif _both_digested(expected, found) and expected.large_objects_digest != found.large_objects_digest:
        sentence = "Isi objek besar berbeda dari yang dicadangkan (jumlahnya sama)."
    else:
        return
    yield Difference(aspect=Aspect.LARGE_OBJECTS, change=Change.CHANGED, place="objek besar", sentence=sentence)


def _both_digested(expected: Inventory, found: Inventory) -> bool:
    return None not in (expected.large_objects_digest, found.large_objects_digest)


def _roles(expected: Inventory, found: Inventory) -> Iterator[Difference]:
    for name in sorted(set(expected.roles) - set(found.roles)):
        sentence = f"Peran {name} tidak ada pada server hasil pemulihan."
        yield Difference(aspect=Aspect.ROLE, change=Change.MISSING, place=name, sentence=sentence)


def _not_compared(expected: Stock, found: Stock, same_release: bool) -> Iterator[NotCompared]:
    if expected.inventory.large_objects and not _both_digested(expected.inventory, found.inventory):
        sentence = "Isi objek besar hanya dibandingkan jumlahnya, karena ringkasan isinya tidak dihitung."
        yield NotCompared(aspect=Aspect.LARGE_OBJECTS, sentence=sentence)
    if not same_release:
        sentence = (
            f"Definisi objek tidak dibandingkan, karena versi server berbeda ({expected.server_version} dan "
            f"{found.server_version})."
        )
        yield NotCompared(aspect=Aspect.DEFINITION, sentence=sentence)


def _name(table: TableFacts) -> str:
    return f"{table.schema_name}.{table.name}" if table.schema_name else table.name


def _reason(table: TableFacts) -> str:
    return "" if table.digest_method == "off" else f" ({table.digest_method})"


def _some(names: Sequence[str], most: int = 10) -> str:
    more = f", dan {len(names) - most} lainnya" if len(names) > most else ""
    return ", ".join(sorted(names)[:most]) + more
