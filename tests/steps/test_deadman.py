"""Somebody says so when nobody watches the time standards."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from cadangan.register import marks
from cadangan.register.models import Notice
from cadangan.steps import deadman
from cadangan.steps.desk import Desk
from tests.steps.builders import NOW, at, desk


@pytest.fixture
def office(tmp_path: Path) -> Desk:
    return desk(tmp_path)


def beat(office: Desk, minutes: float) -> None:
    with office.register.transaction() as session:
        marks.beat(session, marks.WATCHER, NOW + timedelta(minutes=minutes))


def check(office: Desk, minutes: float) -> bool:
    return deadman.check(at(office, NOW + timedelta(minutes=minutes)))


def told(office: Desk) -> list[list[str]]:
    with office.register.reading() as session:
        return [row.recipients for row in session.scalars(select(Notice).where(Notice.kind == deadman.KIND))]


def test_five_minutes_without_the_watcher_are_told_once_a_silence(office: Desk) -> None:
    beat(office, 0)
    assert check(office, 5)
    assert told(office) == []
    assert not check(office, 5.1)
    assert not check(office, 10)
    assert told(office) == [["dc@diskominfo.example"], ["kabid@diskominfo.example"]]
    beat(office, 11)
    assert check(office, 12)
    assert not check(office, 20)
    assert len(told(office)) == 4


def test_a_watcher_that_never_ran_is_missed_from_the_first_check_on(office: Desk) -> None:
    assert check(office, 0)
    assert not check(office, 6)
    assert len(told(office)) == 2
