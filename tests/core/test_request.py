"""The letter's rules: everything that is wrong is said at once."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cadangan.core import request as rules

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
KNOWN = rules.Known(
    offices=["BKPSDM", "DISDIK"],
    owners={"simpeg": "BKPSDM", "absensi": "BKPSDM", "dapodik": "DISDIK"},
    policies={"simpeg": "default", "absensi": "long", "dapodik": "default"},
)


def letter(**changes):
    """A letter that is in order, with changes."""
    return {
        "letter_number": "000.8/12/BKPSDM",
        "letter_date": "2026-11-20",
        "letter_subject": "Permohonan Back-up Database Server",
        "letter_nature": "Biasa",
        "skpd": "BKPSDM",
        "requester_name": "Kepala Badan",
        "requester_nip": "197008081990021001",
        "requester_position": "Kepala",
        "requester_phone": "0231-321000",
        "requester_email": "bkpsdm@cirebonkab.example",
        "items": ["simpeg"],
        "purpose": "Sebelum pemutakhiran",
        "reason": "Pemutakhiran aplikasi",
        "window_start": None,
        "window_end": None,
        "urgent": False,
        "repeat": False,
        "note": "",
    } | changes


def test_a_letter_in_order_breaks_no_rule():
    assert rules.violations(letter(), KNOWN, NOW) == []


def test_everything_that_is_wrong_is_reported_at_once():
    found = rules.violations(
        letter(letter_number=" ", requester_nip="123", requester_email="x", items=["simpek", "dapodik"]), KNOWN, NOW
    )
    text = "\n".join(found)
    assert len(found) == 5
    for part in ("Nomor surat: wajib", "NIP: harus 18 angka", "Surel", "simpek", "milik DISDIK"):
        assert part in text


def test_an_unknown_asset_is_told_its_nearest_registered_name():
    (found,) = rules.violations(letter(items=["SIMPEK"]), KNOWN, NOW)
    assert "“SIMPEK” tidak ada dalam register aset; yang paling mirip: simpeg" in found


def test_a_bundle_stands_for_its_assets_and_each_is_wanted_once():
    bundles = {"lengkap": ("simpeg", "unggahan")}
    assert rules.expanded(["unggahan", "lengkap", "absensi"], bundles) == ["unggahan", "simpeg", "absensi"]


@pytest.mark.parametrize(
    ("changes", "part"),
    [
        ({"requester_nip": "19700808199002100"}, "18 angka"),
        ({"requester_nip": "19700808199002100a"}, "18 angka"),
        ({"letter_date": "20-11-2026"}, "bukan tanggal"),
        ({"letter_date": "2026-11-24"}, "masa depan"),
        ({"letter_nature": "Kilat"}, "tidak dikenal"),
        ({"skpd": "BKPSD"}, "yang paling mirip: BKPSDM"),
        ({"items": []}, "wajib diisi"),
        ({"items": "simpeg"}, "harus berupa daftar"),
        ({"items": ["simpeg", "simpeg"]}, "lebih dari sekali"),
        ({"items": ["simpeg", "absensi"]}, "ajukan terpisah"),
        ({"requester_phone": "telepon"}, "bukan nomor telepon"),
        ({"window_start": "besok"}, "bukan waktu"),
        ({"window_start": "2026-11-24T20:00:00"}, "bukan waktu dengan zona"),
        ({"window_start": "2026-11-22T20:00:00+07:00"}, "sudah lewat"),
        (
            {"window_start": "2026-11-24T20:00:00+07:00", "window_end": "2026-11-24T19:00:00+07:00"},
            "mendahului",
        ),
        ({"reason": "x" * 2001}, "lebih panjang"),
        ({"purpose": "a\x00b"}, "karakter kendali"),
    ],
)
def test_each_rule_names_what_is_wrong(changes, part):
    found = rules.violations(letter(**changes), KNOWN, NOW)
    assert len(found) == 1
    assert part in found[0]


def test_someone_outside_the_civil_service_writes_a_dash_for_the_nip():
    assert rules.violations(letter(requester_nip="-"), KNOWN, NOW) == []


def test_the_letter_may_bear_today_in_the_office_when_it_is_still_yesterday_in_utc():
    evening_before = datetime(2026, 11, 22, 20, 0, tzinfo=UTC).astimezone(ZoneInfo("Asia/Jakarta"))
    assert rules.violations(letter(letter_date="2026-11-23"), KNOWN, evening_before) == []


def test_the_same_letter_is_recognised_whatever_its_case_and_spaces():
    assert rules.letter_key(letter()) == rules.letter_key(letter(letter_number=" 000.8 / 12 /bkpsdm"))
    assert rules.letter_key(letter()) != rules.letter_key(letter(letter_date="2026-11-19"))


_VALUES = st.none() | st.booleans() | st.integers() | st.text() | st.lists(st.text() | st.integers(), max_size=3)


@given(st.dictionaries(st.sampled_from(sorted(letter())), _VALUES))
def test_no_input_whatever_breaks_the_check(form):
    kept = rules.clean(letter(**form))
    found = rules.violations(kept, KNOWN, NOW)
    assert all(isinstance(line, str) and line for line in found)
    assert isinstance(rules.letter_key(kept), str)


@given(st.dates(max_value=date(2026, 11, 23)))
def test_any_date_up_to_today_is_accepted(day):
    assert rules.violations(letter(letter_date=day.isoformat()), KNOWN, NOW) == []
