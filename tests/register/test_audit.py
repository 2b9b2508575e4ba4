import tracemalloc
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from cadangan.core.audit import Entry, canonical
from cadangan.errors import AuditBroken, RegisterError
from cadangan.register import audit
from cadangan.register.session import Register
from tests.register.builders import NOW, later, without_guard

ROWS = 6


def _append(session: Session, count: int = 1) -> int:
    for number in range(count):
        seq = audit.append(
            session, actor="dc", action="uji", subject="BR-2026-00001", detail={"n": number}, at=later(number)
        )
    return seq


@pytest.fixture
def chain(register: Register) -> Register:
    """A register with six audit rows."""
    with register.transaction() as session:
        _append(session, ROWS)
    return register


def _tamper(register: Register, *statements: str) -> None:
    with register.transaction() as session:
        without_guard(session)
        for statement in statements:
            session.execute(text(statement))


def _verify(register: Register, first: int = 1) -> int:
    with register.reading() as session:
        return audit.verify(session, first)


def test_a_chain_holds_and_says_how_many_rows_were_checked(chain: Register) -> None:
    assert _verify(chain) == ROWS
    assert _verify(chain, first=3) == ROWS - 2


def test_rows_are_numbered_from_one_and_start_from_nothing(register: Register) -> None:
    with register.transaction() as session:
        assert [_append(session), _append(session)] == [1, 2]
        first = audit.holds(session, 1)
    assert first is not None
    assert first.previous == "0" * 64


def test_writers_at_once_make_one_chain(register: Register) -> None:
    def write() -> None:
        with register.transaction() as session:
            _append(session, 3)

    with ThreadPoolExecutor(max_workers=8) as pool:
        for outcome in [pool.submit(write) for _ in range(16)]:
            outcome.result()
    assert _verify(register) == 48


@pytest.mark.parametrize(
    "statement",
    ["UPDATE audit SET actor = 'lain' WHERE seq = 2", "DELETE FROM audit WHERE seq = 2", "DELETE FROM audit"],
)
def test_the_database_refuses_to_change_the_log(chain: Register, statement: str) -> None:
    with pytest.raises(RegisterError, match="append-only"), chain.transaction() as session:
        session.execute(text(statement))
    assert _verify(chain) == ROWS


def test_the_database_refuses_its_own_ways_around_an_update(chain: Register) -> None:
    statement = {
        "postgresql": "TRUNCATE audit",
        "sqlite": "INSERT OR REPLACE INTO audit "
        "SELECT seq, at, 'lain', action, subject, detail, previous, hash FROM audit",
    }[chain.engine.dialect.name]
    with pytest.raises(RegisterError, match="append-only"), chain.transaction() as session:
        session.execute(text(statement))
    assert _verify(chain) == ROWS


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("at", "'2026-11-23 02:00:01+00'"),
        ("actor", "'lain'"),
        ("action", "'lain'"),
        ("subject", "'BR-2026-00002'"),
        ("detail", "'{}'"),
        ("previous", f"'{'1' * 64}'"),
        ("hash", f"'{'1' * 64}'"),
    ],
)
def test_a_changed_field_names_its_row(chain: Register, column: str, value: str) -> None:
    if chain.engine.dialect.name == "sqlite":
        value = value.replace("+00", ".000000")
    _tamper(chain, f"UPDATE audit SET {column} = {value} WHERE seq = 3")
    with pytest.raises(AuditBroken, match="row 3 does not match its own digest"):
        _verify(chain)


def test_a_deleted_row_is_missed(chain: Register) -> None:
    _tamper(chain, "DELETE FROM audit WHERE seq = 4")
    with pytest.raises(AuditBroken, match="row 4 is missing"):
        _verify(chain)


def test_a_deleted_first_row_is_missed(chain: Register) -> None:
    _tamper(chain, "DELETE FROM audit WHERE seq = 1")
    with pytest.raises(AuditBroken, match="row 1 is missing"):
        _verify(chain)


def test_swapped_rows_are_seen(chain: Register) -> None:
    _tamper(
        chain,
        "UPDATE audit SET seq = 99 WHERE seq = 2",
        "UPDATE audit SET seq = 2 WHERE seq = 3",
        "UPDATE audit SET seq = 3 WHERE seq = 99",
    )
    with pytest.raises(AuditBroken, match="row 2 does not match its own digest"):
        _verify(chain)


def test_a_row_rewritten_with_a_digest_of_its_own_breaks_the_link_to_the_next(chain: Register) -> None:
    with chain.transaction() as session:
        row = audit.holds(session, 3)
    assert row is not None
    forged = Entry(3, row.at, "lain", row.action, row.subject, row.detail, row.previous)
    _tamper(chain, f"UPDATE audit SET actor = 'lain', hash = '{forged.digest()}' WHERE seq = 3")
    with pytest.raises(AuditBroken, match="row 4 does not follow row 3"):
        _verify(chain)


def test_a_cut_off_end_is_seen(chain: Register) -> None:
    _tamper(chain, "DELETE FROM audit WHERE seq > 4")
    with pytest.raises(AuditBroken, match="row 5 is missing: the end was cut off, 6 rows were written"):
        _verify(chain)


def test_an_emptied_log_is_seen(chain: Register) -> None:
    _tamper(chain, "DELETE FROM audit")
    with pytest.raises(AuditBroken, match="row 1 is missing"):
        _verify(chain)


def test_a_last_row_replaced_by_a_well_made_one_is_seen(chain: Register) -> None:
    _reinsert(chain, ROWS, lambda row: Entry(ROWS, NOW, "lain", row.action, row.subject, row.detail, row.previous))
    with pytest.raises(AuditBroken, match="row 6 is not the one that was appended there"):
        _verify(chain)


def test_a_row_put_back_with_other_contents_is_seen(chain: Register) -> None:
    _reinsert(chain, 2, lambda row: Entry(2, row.at, "lain", row.action, row.subject, row.detail, row.previous))
    with pytest.raises(AuditBroken, match="row 3 does not follow row 2"):
        _verify(chain)


def test_a_row_added_at_the_end_by_hand_is_seen(chain: Register) -> None:
    with chain.transaction() as session:
        last = audit.lock(session).hash
    forged = Entry(ROWS + 1, NOW, "lain", "uji", "x", "{}", last)
    with chain.transaction() as session:
        _insert(session, forged)
    with pytest.raises(AuditBroken, match="row 7 was not appended by Cadangan"):
        _verify(chain)


def test_a_missing_head_stops_writing_and_checking(chain: Register) -> None:
    _tamper(chain, "DELETE FROM audit_head")
    with pytest.raises(AuditBroken, match="head row is missing"):
        _verify(chain)
    with pytest.raises(RegisterError, match="lost its head row"), chain.transaction() as session:
        _append(session)


@pytest.mark.parametrize(
    "statement", ["UPDATE audit SET actor = 'lain' WHERE seq = 3", "DELETE FROM audit WHERE seq = 2"]
)
def test_a_row_does_not_hold_when_it_or_the_one_before_was_tampered_with(chain: Register, statement: str) -> None:
    _tamper(chain, statement)
    with chain.reading() as session:
        assert audit.holds(session, 3) is None
        assert audit.holds(session, 5) is not None
        assert audit.holds(session, 77) is None


def test_rows_about_a_subject_come_newest_first(chain: Register) -> None:
    with chain.reading() as session:
        found = [entry.seq for entry in audit.about(session, "BR-2026-00001", "uji")]
        assert found == [6, 5, 4, 3, 2, 1]
        assert list(audit.about(session, "BR-2026-00001", "lain")) == []


def test_a_detail_may_hold_what_people_paste(register: Register) -> None:
    odd = {"why": "petik \" ' baris\nbaru \x00 \ud800 Ā 😀"}
    with register.transaction() as session:
        audit.append(session, actor="dc", action="uji", subject="x", detail=odd, at=NOW)
    with register.reading() as session:
        assert next(audit.about(session, "x", "uji")).facts() == odd
        assert audit.verify(session) == 1


def test_checking_a_long_log_takes_no_more_memory_than_a_short_one(register: Register) -> None:
    def peak(rows: int) -> int:
        with register.transaction() as session:
            _append_many(session, rows)
        tracemalloc.start()
        try:
            _verify(register)
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    assert peak(6_000) < 1.5 * peak(2_000)


def _append_many(session: Session, rows: int) -> None:
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SET LOCAL timezone = 'UTC'"))
    head = audit.lock(session)
    values = []
    for _ in range(rows):
        entry = Entry(head.seq + 1, NOW, "dc", "uji", "x", canonical({"pad": "x" * 200}), head.hash)
        head.seq, head.hash = entry.seq, entry.digest()
        values.append(_values(entry))
    session.execute(_INSERT, values)


_INSERT = text("INSERT INTO audit VALUES (:seq, :at, :actor, :action, :subject, :detail, :previous, :hash)")


def _values(entry: Entry) -> dict[str, object]:
    names = ("seq", "actor", "action", "subject", "detail", "previous")
    return {name: getattr(entry, name) for name in names} | {
        "at": entry.at.strftime("%Y-%m-%d %H:%M:%S.%f"),
        "hash": entry.digest(),
    }


def _insert(session: Session, entry: Entry) -> None:
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SET LOCAL timezone = 'UTC'"))
    session.execute(_INSERT, _values(entry))


def _reinsert(register: Register, seq: int, change: Callable[[Entry], Entry]) -> None:
    with register.transaction() as session:
        row = audit.holds(session, seq)
        assert row is not None
        without_guard(session)
        session.execute(text("DELETE FROM audit WHERE seq = :seq"), {"seq": seq})
        _insert(session, change(row))
