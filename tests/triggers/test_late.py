"""The watcher, run as the triggerer runs it, on a real register."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cadangan.register import marks
from cadangan.register.location import VARIABLE
from cadangan.register.session import open_register, upgrade
from cadangan.triggers.late import LateSteps
from tests.register.builders import later
from tests.register.test_marks import started


@pytest.fixture
def url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A register whose clock is far behind: all that is started there is late."""
    url = f"sqlite:///{tmp_path}/register.db"
    monkeypatch.setenv(VARIABLE, url)
    return url


async def first_event(seconds: float = 20) -> dict[str, int]:
    async with asyncio.timeout(seconds):
        async for event in LateSteps(every=0.05).run():
            return event.payload
    raise AssertionError("the watcher ended")


def test_it_fires_once_for_all_that_is_late_and_says_that_it_is_alive(url: str) -> None:
    upgrade(url)
    register = open_register(url)
    for number in range(200):
        started(register, f"run-{number}")
    assert asyncio.run(first_event()) == {"noticed": 600}
    with register.reading() as session:
        last = marks.last_beat(session, marks.WATCHER)
    assert last is not None
    assert datetime.now(UTC) - last < timedelta(minutes=1)
    assert last > later(0)


def test_it_outlives_a_register_that_is_away(url: str) -> None:
    async def comes_back() -> dict[str, int]:
        event = asyncio.create_task(first_event())
        await asyncio.sleep(0.3)
        await asyncio.to_thread(upgrade, url)
        await asyncio.to_thread(started, open_register(url))
        return await event

    assert asyncio.run(comes_back()) == {"noticed": 3}


def test_another_triggerer_can_take_it_over() -> None:
    path, arguments = LateSteps(every=7).serialize()
    assert path == "cadangan.triggers.late.LateSteps"
    assert LateSteps(**arguments).every == 7
