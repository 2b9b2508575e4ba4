"""What a comparison of a restored place with a manifest finds, and that it finds nothing else."""

import random
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from cadangan.core.compare import compare
from cadangan.core.difference import Aspect, Change, Stock, stock_of
from cadangan.core.manifest import (
    Codec,
    FileFacts,
    Inventory,
    InventoryObject,
    Manifest,
    SequenceFacts,
    Source,
    TableFacts,
    Timings,
)

AT = datetime(2026, 11, 2, 3, tzinfo=UTC)
NAMES = st.sampled_from(["pegawai", "jabatan", "surat", "unit kerja", "Arsip"])
SCHEMAS = st.sampled_from(["public", "arsip"])
WORDS = st.sampled_from(["", "a", "b"])


def manifest_of(inventory: Inventory, version: str = "18.1", encoding: str = "UTF8") -> Manifest:
    source = Source(
        asset="simpeg",
        server="db",
        engine="postgres",
        server_version=version,
        database="simpeg",
        encoding=encoding,
        collation="C",
    )
    return Manifest(
        backup="simpeg",
        request_no="BR-2026-00001",
        round=1,
        plan_sha256="0" * 64,
        source=source,
        inventory=inventory,
        artefacts=(),
        codec=Codec(compression="", encryption="", recipients=(), by_hand=""),
        tools=(),
        timings=Timings(started_at=AT, snapshot_at=AT, ended_at=AT),
    )


TABLES = st.builds(
    TableFacts,
    schema_name=SCHEMAS,
    name=NAMES,
    owner=WORDS,
    rows=st.integers(0, 9),
    digest=st.integers(0, 9).map(str),
    digest_method=st.just("values"),
    definition=st.sampled_from(["1", "2"]),
)
OBJECTS = st.builds(
    InventoryObject,
    kind=st.sampled_from(["index", "view", "operator", "trigger"]),
    schema_name=SCHEMAS,
    name=NAMES,
    owner=WORDS,
    detail=WORDS,
    definition=st.sampled_from(["1", "2"]),
)
SEQUENCES = st.builds(
    SequenceFacts, schema_name=SCHEMAS, name=NAMES, last_value=st.one_of(st.none(), st.integers(1, 9))
)
FILES = st.builds(
    FileFacts,
    path=NAMES,
    kind=st.sampled_from(["file", "directory"]),
    size=st.integers(0, 9),
    content=st.sampled_from(["1", "2"]),
)
INVENTORIES = st.builds(
    Inventory,
    tables=st.lists(TABLES, max_size=6, unique_by=lambda t: (t.schema_name, t.name)).map(tuple),
    sequences=st.lists(SEQUENCES, max_size=4, unique_by=lambda s: (s.schema_name, s.name)).map(tuple),
    objects=st.lists(OBJECTS, max_size=8).map(tuple),
    large_objects=st.integers(0, 3),
    large_objects_digest=st.integers(0, 9).map(str),
    roles=st.lists(NAMES, unique=True).map(tuple),
    files=st.lists(FILES, max_size=5, unique_by=lambda f: f.path).map(tuple),
)


def found(inventory: Inventory, **overrides: str) -> Stock:
    return replace(stock_of(manifest_of(inventory)), **overrides)


def compared(expected: Inventory, restored: Inventory) -> set[tuple[Aspect, Change]]:
    differences = compare(manifest_of(expected), found(restored)).differences
    return {(each.aspect, each.change) for each in differences}


@given(INVENTORIES, st.randoms())
def test_what_is_the_same_in_another_order_does_not_differ(inventory: Inventory, order: random.Random) -> None:
    def shuffled(items):
        return tuple(order.sample(items, len(items)))

    other = inventory.model_copy(
        update={name: shuffled(getattr(inventory, name)) for name in ("tables", "sequences", "objects", "files")}
    )

    assert compare(manifest_of(inventory), found(other)).differences == ()


@given(INVENTORIES, INVENTORIES)
def test_two_that_differ_in_content_are_never_taken_for_the_same(one: Inventory, other: Inventory) -> None:
    """All of these count as content; a later value of a sequence and further roles do not."""

    def content(of: Inventory) -> tuple[object, ...]:
        return set(of.tables), set(of.files), of.large_objects, of.large_objects_digest, Counter(of.objects)

    assume(content(one) != content(other))

    assert compared(one, other)


@given(INVENTORIES, INVENTORIES)
def test_what_is_missing_one_way_is_extra_the_other_way(one: Inventory, other: Inventory) -> None:
    def places(expected: Inventory, restored: Inventory, change: Change) -> list[tuple[Aspect, str]]:
        differences = compare(manifest_of(expected), found(restored)).differences
        kept = (Aspect.TABLE, Aspect.OBJECT, Aspect.FILE)
        return sorted((d.aspect, d.place, d.kind) for d in differences if d.change is change and d.aspect in kept)

    assert places(one, other, Change.MISSING) == places(other, one, Change.EXTRA)


@given(INVENTORIES, st.data())
def test_any_one_thing_that_is_lost_is_found(inventory: Inventory, data: st.DataObject) -> None:
    name, aspect = data.draw(
        st.sampled_from([("tables", Aspect.TABLE), ("objects", Aspect.OBJECT), ("files", Aspect.FILE)])
    )
    held = getattr(inventory, name)
    assume(held)
    lost = data.draw(st.integers(0, len(held) - 1))

    differences = compared(inventory, inventory.model_copy(update={name: (*held[:lost], *held[lost + 1 :])}))

    assert (aspect, Change.MISSING) in differences


def table(**overrides: object) -> TableFacts:
    fields = {"schema_name": "public", "name": "pegawai", "owner": "app", "rows": 10, "digest": "5"}
    return TableFacts(**({**fields, "digest_method": "values", "definition": "d"} | overrides))


@pytest.mark.parametrize(
    ("change", "aspect"),
    [
        ({"rows": 9, "digest": "4"}, Aspect.ROWS),
        ({"digest": "4"}, Aspect.CONTENT),
        ({"owner": "postgres"}, Aspect.OWNER),
        ({"definition": "e"}, Aspect.DEFINITION),
    ],
)
def test_each_fact_of_a_table_is_compared(change: dict[str, object], aspect: Aspect) -> None:
    differences = compared(Inventory(tables=(table(),)), Inventory(tables=(table(**change),)))

    assert differences == {(aspect, Change.CHANGED)}


def test_an_empty_table_where_the_manifest_has_rows_differs_and_a_truly_empty_one_does_not() -> None:
    empty = Inventory(tables=(table(rows=0, digest="0"),))

    assert compared(Inventory(tables=(table(),)), empty) == {(Aspect.ROWS, Change.CHANGED)}
    assert compared(empty, empty) == set()


@pytest.mark.parametrize(("value", "behind"), [(None, True), (8, True), (9, False), (12, False)])
def test_a_sequence_may_be_later_and_never_behind(value: int | None, behind: bool) -> None:
    def inventory(last_value: int | None) -> Inventory:
        sequence = SequenceFacts(schema_name="public", name="nomor", last_value=last_value)
        return Inventory(tables=(), sequences=(sequence,))

    assert compared(inventory(9), inventory(value)) == ({(Aspect.SEQUENCE, Change.CHANGED)} if behind else set())


def test_digests_and_definitions_of_another_release_are_not_compared_and_that_is_said() -> None:
    restored = found(Inventory(tables=(table(digest="4", definition="e"),)), server_version="17.2")

    comparison = compare(manifest_of(Inventory(tables=(table(),))), restored)

    assert comparison.differences == ()
    assert [each.aspect for each in comparison.not_compared] == [Aspect.CONTENT, Aspect.DEFINITION]
    assert "public.pegawai" in comparison.not_compared[0].sentence


def test_a_digest_that_was_not_taken_is_told_with_its_reason() -> None:
    without = table(digest=None, digest_method="not comparable: too long")

    comparison = compare(manifest_of(Inventory(tables=(without,))), found(Inventory(tables=(table(),))))

    assert comparison.differences == ()
    assert "not comparable: too long" in comparison.not_compared[0].sentence


def test_another_encoding_differs() -> None:
    comparison = compare(manifest_of(Inventory(tables=())), found(Inventory(tables=()), encoding="LATIN1"))

    assert [each.aspect for each in comparison.differences] == [Aspect.ENCODING]
    assert "LATIN1" in comparison.differences[0].sentence


def test_an_object_whose_detail_alone_differs_has_changed_and_is_not_missing() -> None:
    def extension(version: str) -> Inventory:
        return Inventory(
            tables=(), objects=(InventoryObject(kind="extension", schema_name="", name="hstore", detail=version),)
        )

    assert compared(extension("1.7"), extension("1.8")) == {(Aspect.OBJECT, Change.CHANGED)}
