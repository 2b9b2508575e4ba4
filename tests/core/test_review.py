from datetime import date

import pytest

from cadangan.core.review import due_on, opens_on


@pytest.mark.parametrize(
    ("registered", "last", "due"),
    [
        (date(2025, 11, 23), None, date(2026, 11, 23)),
        (date(2020, 1, 1), date(2026, 3, 5), date(2027, 3, 5)),
        (date(2024, 2, 29), None, date(2025, 2, 28)),
    ],
)
def test_an_assets_year_begins_with_its_last_review_or_its_registration(registered, last, due):
    assert due_on(registered, last) == due


def test_a_review_opens_so_many_days_before():
    assert opens_on(date(2027, 1, 15), 30) == date(2026, 12, 16)
