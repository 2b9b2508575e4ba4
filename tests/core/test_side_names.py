"""Names of places that Cadangan makes: short enough, told from all others, and old by their date."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cadangan.core.side_names import LONGEST, Purpose, new_side_name, parse_side_name
from cadangan.errors import NameInvalid

ASSETS = st.from_regex(r"[a-z0-9][a-z0-9_-]{0,62}", fullmatch=True)


@given(
    st.sampled_from(Purpose),
    ASSETS,
    st.datetimes(datetime(2020, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
)
def test_a_name_is_read_back_and_fits_every_server(purpose: Purpose, asset: str, at: datetime) -> None:
    name = new_side_name(purpose, asset, at)

    assert len(str(name)) <= LONGEST
    assert parse_side_name(str(name)) == name
    assert (name.purpose, name.at) == (purpose, at.replace(microsecond=0))
    assert asset.startswith(name.asset)


def test_two_of_one_second_differ() -> None:
    at = datetime(2026, 11, 25, tzinfo=UTC)

    assert new_side_name(Purpose.SIDE, "simpeg", at) != new_side_name(Purpose.SIDE, "simpeg", at)


@pytest.mark.parametrize(
    "text",
    [
        "simpeg",
        "cadangan",
        "cadangan_uji",
        "cadangan_baru_20261125t075841z_1a2b3c4d_simpeg",
        "cadangan_uji_20261325t075841z_1a2b3c4d_simpeg",
        "cadangan_uji_20261125t075841z_1a2b3c4d_",
        "Cadangan_uji_20261125t075841z_1a2b3c4d_simpeg",
        "cadangan_uji_20261125t075841z_1a2b3c4d_simpeg\n",
        f"cadangan_uji_20261125t075841z_1a2b3c4d_{'x' * 40}",
    ],
)
def test_nothing_else_is_taken_for_one(text: str) -> None:
    with pytest.raises(NameInvalid):
        parse_side_name(text)
