"""The objects beside the tables, and the members of a file tree, compared with those of a manifest."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import zip_longest

from cadangan.core.difference import Aspect, Change, Difference
from cadangan.core.kinds import called
from cadangan.core.manifest import FileFacts, InventoryObject

_Key = tuple[str, str, str, str]


def object_differences(
    expected: Sequence[InventoryObject], found: Sequence[InventoryObject], same_release: bool
) -> Iterator[Difference]:
    """Yield how `found` differs, whatever the order.

    :param same_release: whether definitions can be compared.
    """
    was, now = _by_key(expected), _by_key(found)
    _pair_up(was, now)
    for key in dict.fromkeys((*was, *now)):
        for before, after in zip_longest(was.get(key, ()), now.get(key, ())):
            yield from _of_one(before, after, same_release)


def _by_key(objects: Sequence[InventoryObject]) -> dict[_Key, list[InventoryObject]]:
    """Return the objects by what they are known by; overloaded operators share that."""
    known: dict[_Key, list[InventoryObject]] = defaultdict(list)
    for each in sorted(objects, key=lambda each: (each.owner, each.definition)):
        known[each.kind, each.schema_name, each.name, each.detail].append(each)
    return known


def _pair_up(was: dict[_Key, list[InventoryObject]], now: dict[_Key, list[InventoryObject]]) -> None:
    """Take the one object of a name that differs by its detail alone for the same one, changed."""
    lost, new = _alone(was, now), _alone(now, was)
    for name in lost.keys() & new.keys():
        now[lost[name]] = now.pop(new[name])


def _alone(these: dict[_Key, list[InventoryObject]], others: dict[_Key, list[InventoryObject]]) -> dict[_Key, _Key]:
    names: dict[_Key, list[_Key]] = defaultdict(list)
    for key in these:
        if key not in others:
            names[(*key[:3], "")].append(key)
    return {name: keys[0] for name, keys in names.items() if len(keys) == 1}


def _of_one(before: InventoryObject | None, after: InventoryObject | None, same_release: bool) -> Iterator[Difference]:
    if before is None and after is not None:
        sentence = f"{label(after)} ada pada hasil pemulihan, tetapi tidak tercatat dalam manifes."
        yield _difference(Aspect.OBJECT, Change.EXTRA, after, sentence)
    elif after is None and before is not None:
        yield _difference(Aspect.OBJECT, Change.MISSING, before, f"{label(before)} tidak ada pada hasil pemulihan.")
    elif before is not None and after is not None:
        for aspect, sentence in _changes(before, after, same_release):
            yield _difference(aspect, Change.CHANGED, before, sentence)


def _changes(was: InventoryObject, now: InventoryObject, same_release: bool) -> Iterator[tuple[Aspect, str]]:
    name = label(was)
    if was.detail != now.detail:
        yield Aspect.OBJECT, f"{name}: {now.detail or 'kosong'} pada hasil pemulihan."
    if was.owner != now.owner:
        yield Aspect.OWNER, f"Pemilik {name} adalah {now.owner}; manifes mencatat {was.owner}."
    if same_release and was.definition and was.definition != now.definition:
        yield Aspect.DEFINITION, f"Definisi {name} berbeda dari manifes."


def label(item: InventoryObject) -> str:
    """Return how people write what an object is: "pemicu public.tr_log (pegawai)"."""
    name = f"{item.schema_name}.{item.name}" if item.schema_name else item.name
    return f"{called(item.kind)} {name}" + (f" ({item.detail})" if item.detail else "")


def _difference(aspect: Aspect, change: Change, item: InventoryObject, sentence: str) -> Difference:
    place = f"{item.schema_name}.{item.name}" if item.schema_name else item.name
    # A sentence begins with a capital letter, whatever word an engine has for a kind.
    return Difference(
        aspect=aspect, change=change, place=place, sentence=sentence[0].upper() + sentence[1:], kind=item.kind
    )


def file_differences(expected: Sequence[FileFacts], found: Sequence[FileFacts]) -> Iterator[Difference]:
    """Yield how the members of a tree differ, whatever their order."""
    now = {each.path: each for each in found}
    for each in expected:
        other = now.pop(each.path, None)
        if other is None:
            yield _file(Change.MISSING, each.path, f"Berkas {each.path} tidak ada pada hasil pemulihan.")
            continue
        if change := _file_change(each, other):
            yield _file(Change.CHANGED, each.path, f"Berkas {each.path} berbeda dari yang dicadangkan: {change}.")
        yield from _owner_change(each, other)
    for path in now:
        yield _file(Change.EXTRA, path, f"Berkas {path} ada pada hasil pemulihan, tetapi tidak tercatat.")


def _file_change(was: FileFacts, now: FileFacts) -> str:
    if was.kind != now.kind:
        return f"jenisnya {now.kind}, tercatat {was.kind}"
    if was.size != now.size:
        return f"ukurannya {now.size} byte, tercatat {was.size} byte"
    # An empty content was not computed, and older manifests have no attributes.
    if was.content and now.content and was.content != now.content:
        return "isinya lain"
    if not was.attributes:
        return ""
    (mode, _, more), (mode_now, _, more_now) = _attributes(was), _attributes(now)
    if mode != mode_now:
        return f"hak aksesnya {mode_now}, tercatat {mode}"
    return "ACL atau atributnya lain" if more != more_now else ""


def _owner_change(was: FileFacts, now: FileFacts) -> Iterator[Difference]:
    owner, owner_now = _attributes(was)[1], _attributes(now)[1]
    if owner and owner != owner_now:
        sentence = f"Pemilik berkas {was.path} adalah {owner_now}; manifes mencatat {owner}."
        yield Difference(aspect=Aspect.OWNER, change=Change.CHANGED, place=was.path, sentence=sentence, kind="file")


def _attributes(facts: FileFacts) -> tuple[str, str, str]:
    mode, _, rest = facts.attributes.partition(" ")
    owner, _, more = rest.partition(" ")
    return mode, owner, more


def _file(change: Change, path: str, sentence: str) -> Difference:
    return Difference(aspect=Aspect.FILE, change=change, place=path, sentence=sentence)
