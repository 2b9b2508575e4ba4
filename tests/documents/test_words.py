"""Numbers and dates in words read back as what they are."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cadangan.documents import formats

DIGITS = dict(
    zip(["nol", "satu", "dua", "tiga", "empat", "lima", "enam", "tujuh", "delapan", "sembilan"], range(10), strict=True)
)
SCALES = {"triliun": 10**12, "miliar": 10**9, "juta": 10**6, "ribu": 1000}
MONTHS = [
    "Januari",
    "Februari",
    "Maret",
    "April",
    "Mei",
    "Juni",
    "Juli",
    "Agustus",
    "September",
    "Oktober",
    "November",
    "Desember",
]
DAYS = ["Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu"]


def read_back(text: str) -> int:
    """The number that Indonesian words say, by the rules of a primary school."""
    total = hundreds = unit = 0
    for word in text.replace("seribu", "satu ribu").replace("seratus", "satu ratus").split():
        if word in DIGITS:
            unit = DIGITS[word]
        elif word in {"sepuluh", "sebelas"}:
            hundreds, unit = hundreds + {"sepuluh": 10, "sebelas": 11}[word], 0
        elif word == "belas":
            hundreds, unit = hundreds + 10 + unit, 0
        elif word in {"puluh", "ratus"}:
            hundreds, unit = hundreds + unit * {"puluh": 10, "ratus": 100}[word], 0
        else:
            total, hundreds, unit = total + (hundreds + unit) * SCALES[word], 0, 0
    return total + hundreds + unit


@given(st.integers(0, 10**15 - 1) | st.integers(0, 3000) | st.integers(0, 10**9).map(lambda n: n * 1000))
def test_a_number_in_words_is_the_number(value: int) -> None:
    text = formats.words(value)
    assert read_back(text) == value
    assert not any(wrong in text for wrong in ("satu belas", "satu puluh", "satu ratus"))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "nol"),
        (11, "sebelas"),
        (100, "seratus"),
        (1000, "seribu"),
        (2026, "dua ribu dua puluh enam"),
        (1_001_000, "satu juta seribu"),
        (1_021_000, "satu juta dua puluh satu ribu"),
        (101_000, "seratus satu ribu"),
        (1_111_111_111, "satu miliar seratus sebelas juta seratus sebelas ribu seratus sebelas"),
    ],
)
def test_one_is_se_before_hundred_and_thousand(value: int, text: str) -> None:
    assert formats.words(value) == text


@given(st.dates(date(1945, 8, 17), date(2999, 12, 31)))
def test_a_day_in_words_is_the_day(day: date) -> None:
    weekday, rest = formats.spelled_day(day).split(", tanggal ")
    number, rest = rest.split(" bulan ")
    month, year = rest.split(" tahun ")
    assert (weekday, read_back(number), month) == (DAYS[day.weekday()], day.day, MONTHS[day.month - 1])
    assert read_back(year) == day.year


def test_the_day_of_minutes() -> None:
    assert formats.spelled_day(date(2026, 11, 25)) == (
        "Rabu, tanggal dua puluh lima bulan November tahun dua ribu dua puluh enam"
    )
