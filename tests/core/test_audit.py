from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cadangan.core.audit import GENESIS, Entry, canonical, fault

ROW = Entry(2, datetime(2026, 11, 23, 2, 0, 0, 5, tzinfo=UTC), "dc", "uji", "BR-2026-00001", '{"a":1}', "b" * 64)
OTHER = {
    "seq": 3,
    "at": ROW.at + timedelta(microseconds=1),
    "actor": "kasi",
    "action": "lain",
    "subject": "BR-2026-00002",
    "detail": '{"a":2}',
    "previous": "c" * 64,
}


def test_the_digest_is_the_one_that_anyone_can_compute_by_hand() -> None:
    # printf '[2,"2026-11-23T02:00:00.000005+00:00","dc","uji","BR-2026-00001","{\"a\":1}","bbb…"]' | sha256sum
    assert ROW.digest() == "ed544ff5d5a2480c171f96053fb6510c411999f940b371885752505cf6ef5fe1"


@pytest.mark.parametrize("field", [field.name for field in fields(Entry)])
def test_every_field_counts_in_the_digest(field: str) -> None:
    assert replace(ROW, **{field: OTHER[field]}).digest() != ROW.digest()


def test_the_zone_of_an_instant_does_not_count() -> None:
    moved = replace(ROW, at=ROW.at.astimezone(timezone(timedelta(hours=7))))
    assert moved.digest() == ROW.digest()


@given(st.tuples(st.text(), st.text()), st.tuples(st.text(), st.text()))
def test_text_cannot_be_moved_from_one_field_to_its_neighbour(one: tuple[str, str], two: tuple[str, str]) -> None:
    first, second = (replace(ROW, actor=actor, action=action) for actor, action in (one, two))
    assert (first.digest() == second.digest()) == (one == two)


def test_the_order_of_keys_does_not_count_in_a_detail() -> None:
    assert canonical({"b": 1, "a": [2, None]}) == canonical({"a": [2, None], "b": 1}) == '{"a":[2,null],"b":1}'


def test_what_is_no_json_number_is_refused() -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        canonical({"a": float("nan")})


@pytest.mark.parametrize(
    ("stored", "seq", "previous", "expected"),
    [
        (ROW.digest(), 2, ROW.previous, None),
        (ROW.digest(), 1, GENESIS, "row 1 is missing"),
        ("d" * 64, 2, ROW.previous, "row 2 does not match its own digest: it was changed"),
        (ROW.digest(), 2, "d" * 64, "row 2 does not follow row 1: one of them was replaced"),
    ],
)
def test_a_fault_is_named_with_its_row(stored: str, seq: int, previous: str, expected: str | None) -> None:
    assert fault(ROW, stored, seq, previous) == expected
