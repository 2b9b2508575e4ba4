import os
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import text

from cadangan.errors import RegisterError
from cadangan.register import audit, requests
from cadangan.register.session import Register, open_register
from tests.register.builders import NOW, register_letter
from tests.register.processes import at_once


def test_a_transaction_keeps_what_it_wrote_and_its_rows_stay_readable(register: Register) -> None:
    with register.transaction() as session:
        request = register_letter(session)
    assert (request.number, [item.asset for item in request.items]) == ("BR-2026-00001", ["simpeg", "sapk"])
    with register.reading() as session:
        assert requests.by_number(session, request.number).created_at == NOW


def test_a_transaction_that_raises_leaves_nothing(register: Register) -> None:
    def stumble() -> None:
        with register.transaction() as session:
            register_letter(session)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        stumble()
    with register.reading() as session:
        assert audit.verify(session) == 0


def test_instants_come_back_in_utc_whatever_zone_they_were_given_in(register: Register) -> None:
    with register.transaction() as session:
        register_letter(session, now=NOW.astimezone(timezone(timedelta(hours=7))))
    with register.reading() as session:
        stored = requests.by_number(session, "BR-2026-00001").created_at
    assert (stored, stored.utcoffset()) == (NOW, timedelta(0))


def test_an_instant_without_a_zone_is_refused(register: Register) -> None:
    naive = datetime(2026, 11, 23, 2, 0)  # noqa: DTZ001
    with pytest.raises(RegisterError, match="no time zone"), register.transaction() as session:
        register_letter(session).closed_at = naive


def test_a_writer_that_read_first_waits_for_another_writer(register: Register) -> None:
    started, finish = threading.Event(), threading.Event()

    def slow() -> None:
        with register.transaction() as session:
            register_letter(session, "slow")
            started.set()
            assert finish.wait(10)

    def quick() -> str:
        assert started.wait(10)
        with register.transaction() as session:
            session.execute(text("SELECT count(*) FROM request")).scalar_one()
            finish.set()
            return register_letter(session, "quick").number

    with ThreadPoolExecutor() as pool:
        slow_end = pool.submit(slow)
        # On SQLite the second writer cannot even begin before the first ends.
        timer = threading.Timer(0.3, finish.set)
        timer.start()
        assert pool.submit(quick).result(20) == "BR-2026-00002"
        slow_end.result(20)


def test_reading_sees_one_instant_and_does_not_hold_up_a_writer(register: Register) -> None:
    with register.reading() as reader:
        assert audit.verify(reader) == 0
        with register.transaction() as session:
            register_letter(session)
        assert audit.verify(reader) == 0
    with register.reading() as session:
        assert audit.verify(session) == 1


def test_reading_cannot_write(register: Register) -> None:
    with pytest.raises(RegisterError, match=r"read-?only"), register.reading() as session:
        register_letter(session)
    with register.transaction() as session:
        assert register_letter(session).number == "BR-2026-00001"


def test_forked_children_and_their_parent_use_the_register_at_the_same_time(register: Register) -> None:
    with register.transaction() as session:
        register_letter(session, "parent")
        session.flush()

    def write() -> None:
        with register.transaction() as session:
            register_letter(session, f"child-{os.getpid()}")

    at_once([write] * 4)
    with register.transaction() as session:
        assert register_letter(session, "parent again").number == "BR-2026-00006"


def test_a_sqlite_register_keeps_its_journal_mode(upgraded_sqlite: Path) -> None:
    with open_register(f"sqlite:///{upgraded_sqlite}").reading() as session:
        assert session.execute(text("PRAGMA journal_mode")).scalar_one() == "wal"


def test_one_process_opens_a_register_once(url: str) -> None:
    assert open_register(url) is open_register(url)


def test_an_unreachable_server_is_reported_without_its_password() -> None:
    with pytest.raises(RegisterError) as caught:
        open_register("postgresql://cadangan:rahasia@127.0.0.1:1/register")
    assert "127.0.0.1:1/register failed" in str(caught.value)
    assert "rahasia" not in str(caught.value)


def test_a_missing_file_is_not_made_by_opening_it(tmp_path: Path) -> None:
    path = tmp_path / "folder" / "register.db"
    with pytest.raises(RegisterError, match="python -m cadangan register upgrade"):
        open_register(f"sqlite:///{path}")
    assert not path.parent.exists()


def test_an_error_of_the_database_does_not_show_the_rows_values(register: Register) -> None:
    with pytest.raises(RegisterError) as caught, register.transaction() as session:
        session.execute(text("SELECT * FROM missing WHERE name = :name"), {"name": "197008081990021001"})
    assert "missing" in str(caught.value)
    assert "197008081990021001" not in f"{caught.value} {caught.value.__cause__}"
