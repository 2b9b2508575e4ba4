from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cadangan.documents import formats
from tests.documents.builders import MONDAY


def test_an_instant_reads_as_a_letter_writes_it() -> None:
    assert formats.moment(datetime(2026, 11, 23, 7, 5, tzinfo=UTC)) == "Senin, 23 November 2026 pukul 14.05 WIB"
    assert formats.short_moment(datetime(2026, 11, 23, 7, 5, tzinfo=UTC)) == "23/11/2026 14.05 WIB"


def test_an_instant_late_in_the_utc_evening_falls_on_the_next_day_of_the_office() -> None:
    evening = datetime(2026, 12, 31, 17, 30, tzinfo=UTC)
    assert formats.weekday(evening) == "Jumat, 1 Januari 2027"
    assert formats.moment(evening) == "Jumat, 1 Januari 2027 pukul 00.30 WIB"


def test_a_letters_date_is_taken_as_the_form_gives_it() -> None:
    assert formats.day("2026-03-01") == "1 Maret 2026"
    assert formats.day("besok") == "besok"
    assert formats.day("") == formats.NOTHING
    assert formats.moment("2026-11-23T20:00:00+07:00") == "Senin, 23 November 2026 pukul 20.00 WIB"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (1_000, "1 kB"),
        (1_432_000_000, "1,4 GB"),
        (999_949, "999,9 kB"),
        (999_950, "1 MB"),
        (2 * 10**15, "2 PB"),
    ],
)
def test_sizes(value: int, text: str) -> None:
    assert formats.size(value) == text


def test_an_exact_size_gives_the_bytes_too() -> None:
    assert formats.exact_size(287_654_321) == "287,7 MB (287.654.321 bita)"


@given(st.integers(min_value=0, max_value=10**20))
def test_a_size_stays_short_and_close_to_the_truth(value: int) -> None:
    scaled, unit = formats.size(value).split(" ")
    shown = float(scaled.replace(".", "").replace(",", "."))
    factor = 1000 ** formats._SIZES.index(unit)
    assert abs(shown * factor - value) <= 0.05 * factor * (1 + 1e-9)
    assert shown < 1000 or unit == formats._SIZES[-1]


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.4, "kurang dari 1 detik"),
        (45, "45 detik"),
        (60, "1 menit"),
        (3900, "1 jam 5 menit"),
        (3605, "1 jam"),
        (90_000, "1 hari 1 jam"),
    ],
)
def test_durations(seconds: float, text: str) -> None:
    assert formats.duration(seconds) == text
    assert formats.duration(timedelta(seconds=seconds)) == text


@given(st.floats(min_value=1, max_value=10**9))
def test_a_duration_never_claims_more_than_was_and_loses_little(seconds: float) -> None:
    lengths = {"hari": 86400, "jam": 3600, "menit": 60, "detik": 1}
    words = formats.duration(seconds).split(" ")
    parts = [(int(count.replace(".", "")), unit) for count, unit in zip(words[::2], words[1::2], strict=True)]
    told = sum(count * lengths[unit] for count, unit in parts)
    assert told <= seconds
    assert seconds - told < max(
        1, lengths[parts[0][1]] / 24 * 1.0001 if parts[0][1] == "hari" else lengths[parts[0][1]] / 60
    )


def test_a_time_standard_reads_as_the_sop_gives_it() -> None:
    assert [formats.standard(value) for value in ("15m", "1h", "1d", None)] == [
        "15 menit",
        "1 jam",
        "1 hari kerja",
        "tidak ditetapkan",
    ]


def test_minutes_open_with_the_date_in_words() -> None:
    expected = "Senin, tanggal dua puluh tiga bulan November tahun dua ribu dua puluh enam"
    assert formats.spelled_day(MONDAY) == expected
    assert formats.spelled_day(date(2026, 11, 23)) == expected


def test_an_identity_number_is_shown_only_where_there_is_one() -> None:
    assert formats.nip("197008081990021001") == "NIP. 197008081990021001"
    assert formats.nip("-") == ""


@pytest.mark.parametrize("text", ["Belum ada", "Belum ada.", " Belum ada. "])
def test_a_sentence_ends_with_one_full_stop(text: str) -> None:
    assert formats.sentence(text) == "Belum ada."


def test_counts_read_as_a_list() -> None:
    assert formats.counts({"view": 4, "fungsi": 1200}) == "1.200 fungsi, 4 view"
