from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from cadangan.errors import CadanganError
from cadangan.register.models import Request
from cadangan.register.numbers import next_number
from cadangan.register.session import Register
from tests.register.builders import register_letter
from tests.register.processes import at_once

REQUESTS = 50


class _GivenUp(CadanganError):
    """A registration that fails after its number was given out."""


def _register(register: Register, number: int) -> None:
    with register.transaction() as session:
        register_letter(session, f"run-{number}")
        if number % 5 == 0:
            raise _GivenUp


def _register_in_process(url: str, number: int) -> None:
    from cadangan.register.session import open_register

    try:
        _register(open_register(url), number)
    except _GivenUp:
        return


def _numbers(register: Register) -> list[str]:
    with register.reading() as session:
        return list(session.scalars(select(Request.number).order_by(Request.number)))


def _expected(count: int) -> list[str]:
    return [f"BR-2026-{number:05d}" for number in range(1, count + 1)]


def test_fifty_threads_at_once_get_numbers_without_gap_or_duplicate_although_some_fail(register: Register) -> None:
    with ThreadPoolExecutor(max_workers=10) as pool:
        outcomes = [pool.submit(_register, register, number) for number in range(REQUESTS)]
    failed = [outcome for outcome in outcomes if isinstance(outcome.exception(), _GivenUp)]
    assert [outcome.exception() for outcome in outcomes if outcome not in failed] == [None] * 40
    assert _numbers(register) == _expected(40)


def test_fifty_forked_processes_at_once_get_numbers_without_gap_or_duplicate(url: str, register: Register) -> None:
    at_once([_task(url, number) for number in range(REQUESTS)])
    assert _numbers(register) == _expected(40)


def _task(url: str, number: int) -> Callable[[], None]:
    return lambda: _register_in_process(url, number)


def test_a_new_year_starts_at_one(register: Register) -> None:
    with register.transaction() as session:
        assert [next_number(session, "BR", year) for year in (2026, 2026, 2027)] == [
            "BR-2026-00001",
            "BR-2026-00002",
            "BR-2027-00001",
        ]


@pytest.mark.parametrize(
    ("moment", "number"),
    [
        (datetime(2026, 12, 31, 16, 59, tzinfo=UTC), "BR-2026-00001"),
        (datetime(2026, 12, 31, 17, 0, tzinfo=UTC), "BR-2027-00001"),
    ],
)
def test_the_year_changes_at_midnight_of_the_office(register: Register, moment: datetime, number: str) -> None:
    with register.transaction() as session:
        assert register_letter(session, now=moment).number == number
