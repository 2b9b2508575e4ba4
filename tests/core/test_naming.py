"""core.naming: names sort by time, survive a round trip and every file system."""

import re
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cadangan.core.naming import UNFINISHED, BackupName, Kind, parse
from cadangan.errors import NameInvalid

ASSETS = st.from_regex(r"[a-z0-9][a-z0-9_-]{0,62}", fullmatch=True).filter(str.isascii)
NUMBERS = st.from_regex(r"[A-Z]{1,8}-[0-9]{4}-[0-9]{5,9}", fullmatch=True)
NAMES = st.builds(
    BackupName,
    asset=ASSETS,
    at=st.datetimes(timezones=st.just(UTC)),
    request_no=NUMBERS,
    round=st.integers(1, 9999),
    item_id=st.integers(1, 10**17),
)


def name(**overrides):
    fields = {
        "asset": "simpeg",
        "at": datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC),
        "request_no": "BR-2026-00001",
        "round": 1,
        "item_id": 7,
    }
    return BackupName(**(fields | overrides))


def test_a_name_shows_asset_instant_request_round_and_item():
    assert str(name()) == "simpeg_20260304T050607Z_BR-2026-00001_r1_i7"
    assert name().artefact(Kind.DUMP) == "simpeg_20260304T050607Z_BR-2026-00001_r1_i7.dump.zst.age"
    assert name().artefact(Kind.GLOBALS).endswith(".globals.sql.zst.age")


@given(NAMES)
def test_every_file_of_a_backup_leads_back_to_its_name(given_name):
    for text in (
        str(given_name),
        given_name.manifest(),
        given_name.artefact(Kind.DUMP),
        given_name.artefact(Kind.GLOBALS) + UNFINISHED,
    ):
        assert parse(text) == given_name


@given(NAMES)
def test_file_names_are_safe_on_every_file_system(given_name):
    longest = given_name.artefact(Kind.GLOBALS) + UNFINISHED
    assert re.fullmatch(r"[A-Za-z0-9._-]+", longest)
    assert len(longest) <= 255
    assert not longest.startswith((".", "-"))


@given(NAMES, st.datetimes(timezones=st.just(UTC)))
def test_names_of_an_asset_sort_by_time(given_name, other):
    later = BackupName(given_name.asset, other, given_name.request_no, given_name.round, given_name.item_id)
    assert (given_name.at < later.at) == (str(given_name) < str(later))


def test_an_instant_of_another_zone_is_named_in_utc():
    wib = timezone(timedelta(hours=7))
    assert name(at=datetime(2026, 3, 4, 12, 6, 7, 999, tzinfo=wib)) == name()


@pytest.mark.parametrize(
    "overrides",
    [
        {"asset": "../etc"},
        {"asset": "Simpeg"},
        {"asset": ""},
        {"asset": "a" * 64},
        {"asset": "simpeg\n"},
        {"request_no": "BR 2026"},
        {"round": 0},
        {"item_id": 0},
        {"at": datetime(2026, 3, 4)},  # noqa: DTZ001  # the point of the case
    ],
)
def test_what_cannot_be_a_name_is_refused(overrides):
    with pytest.raises(NameInvalid):
        name(**overrides)


@pytest.mark.parametrize(
    "text", ["", "manifest.json", "simpeg_20261304T050607Z_BR-2026-00001_r1_i7", ".simpeg.part", "simpeg/x"]
)
def test_a_strangers_file_is_not_taken_for_a_backup(text):
    with pytest.raises(NameInvalid):
        parse(text)


def test_another_try_of_the_same_item_is_recognised_and_another_item_is_not():
    first = name()
    assert first.same_work(name(at=first.at + timedelta(hours=1)))
    assert not first.same_work(name(item_id=8))
    assert not first.same_work(name(round=2))
    assert not first.same_work(name(request_no="BR-2026-00002"))
